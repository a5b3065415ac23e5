// One seat: cards, name, stack, share of the win. What stands beside it is in tags.js.

import { makeCard } from '../shared/cards.js';
import { formatShare } from '../shared/chips.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { Amount, field } from './field.js';
import { Tags } from './tags.js';

export class Plate {
  constructor(seat, means) {
    this.options = means.options;
    this.motion = means.motion;
    this.element = h('article', { class: 'plate', data: { seat }, hidden: true });
    this.hole = field('hole', 'div');
    this.position = field('position');
    this.name = field('name');
    this.stack = new Amount('stack', means);
    this.equity = field('equity');
    this.win = field('win', 'i', 'share-win');
    this.tie = field('tie', 'i', 'share-tie');
    this.share = h('div', { class: 'share' }, this.win, this.tie);
    this.tags = new Tags(means);
    const who = h('div', { class: 'who' },
      h('div', { class: 'first' }, this.name, this.position),
      h('div', { class: 'second' }, this.stack.element, this.stack.beside));
    this.element.append(h('div', { class: 'body' }, this.hole, who, this.equity, this.share), this.tags.element);
  }

  draw(seat, hand) {
    const gone = seat.status === 'folded' || seat.status === 'mucked' || (seat.status === 'out' && hand !== null);
    const absent = seat.status === 'empty' || (gone && this.options.density === 'compact');
    setData(this.element, 'status', seat.status);
    setData(this.element, 'gone', gone ? '1' : '0');
    setData(this.element, 'toAct', hand && hand.to_act === seat.seat ? '1' : '0');
    setData(this.element, 'won', seat.won ? '1' : '0');
    this.motion.presence(this.element, !absent);
    this.drawWho(seat);
    this.drawHole(seat);
    this.drawShare(seat, gone);
    this.tags.draw(seat, hand);
  }

  drawWho(seat) {
    setText(this.name, seat.name || '');
    setData(this.name, 'long', (seat.name || '').length > 15 ? '1' : '0');
    setText(this.position, seat.position === 'BTN' ? 'D' : seat.position || '');
    setData(this.position, 'value', seat.position);
    setHidden(this.position, !seat.position);
    this.stack.draw(seat.stack);
    setData(this.stack.element, 'long', seat.stack >= 1e10 && this.options.precision === 'exact' ? '1' : '0');
  }

  // Cards known by name lie face up, the others as backs; a folded hand leaves the picture.
  drawHole(seat) {
    const known = seat.hole || [];
    const held = seat.status === 'folded' || seat.status === 'mucked' || seat.status === 'empty' ? 0
      : Math.max(seat.cards, known.length);
    const wanted = [];
    for (let at = 0; at < held; at += 1) wanted.push(known[at] || '');
    setData(this.hole, 'value', known.join(' '));
    setData(this.hole, 'count', held);
    setHidden(this.hole, held === 0);
    wanted.forEach((card, at) => {
      const shown = this.hole.children[at];
      if (shown && shown.dataset.card === card) return;
      const fresh = makeCard(card);
      if (shown) shown.replaceWith(fresh);
      else this.hole.append(fresh);
      if (card) this.motion.flip(fresh, at * 60);
      else if (!shown) this.motion.appear(fresh);
    });
    while (this.hole.children.length > held) this.hole.lastElementChild.remove();
  }

  drawShare(seat, gone) {
    const known = seat.equity !== null && !gone;
    setHidden(this.equity, !known);
    setHidden(this.share, !known);
    setData(this.equity, 'value', seat.equity);
    // What is not counted exactly says so: a sample, or an average over cards that were not read.
    const about = known && (seat.equity_unread || seat.equity_error > 0);
    setText(this.equity, known ? `${about ? '≈' : ''}${formatShare(seat.equity)}` : '');
    setData(this.win, 'value', seat.win);
    setData(this.tie, 'value', seat.tie);
    if (!known) return;
    const win = seat.win === null ? seat.equity : seat.win;
    this.share.classList.toggle('moving', this.motion.on);
    this.win.style.width = `${win / 100}%`;
    this.tie.style.width = `${Math.max(0, seat.equity - win) / 100}%`;
  }
}
