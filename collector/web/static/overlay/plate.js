// One seat: its parts are made once and changed in place; a skin says where they lie. What stands beside it: beside.js.

import { formatShare } from '../shared/chips.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { Beside } from './beside.js';
import { Amount, field } from './field.js';
import { HandCards } from './hand_cards.js';
import { isGone } from './moment.js';
import { shortName } from './names.js';

const FIGURE_MS = 250; // of the bar's 500: then its figure is swapped
const STACK_MS = 1340; // of a won pot's way to the stack

export class Plate {
  constructor(seat, means) {
    Object.assign(this, { options: means.options, wording: means.wording, motion: means.motion });
    this.hand = new HandCards(means);
    this.position = field('position');
    this.name = field('name');
    this.stack = new Amount('stack', means);
    this.figure = h('span', {});
    this.sign = h('small', {});
    this.equity = field('equity');
    this.equity.append(this.figure, this.sign);
    this.runs = h('div', { class: 'bars' });
    this.made = field('made');
    this.won = field('won');
    this.band = h('div', { class: 'band' });
    this.bandBox = h('div', { class: 'band-box', 'aria-hidden': 'true' }, this.band);
    this.beside = new Beside(means);
    this.element = h('article', { class: 'plate', data: { seat }, hidden: true },
      h('div', { class: 'ground' }, h('div', { class: 'light' }), h('div', { class: 'burn' })),
      this.hand.element,
      h('div', { class: 'who' }, this.name, this.position),
      h('div', { class: 'chips' }, this.stack.element, this.stack.beside),
      this.equity, this.won, this.made, this.runs, this.bandBox, this.beside.element);
  }

  // `about`: {moment, large, names, award, light} of the picture; see view.js.
  draw(seat, hand, about) {
    const { options } = this;
    const gone = isGone(seat, hand);
    const away = options.density === 'compact' || options.folded === 'gone' || ['duel', 'won'].includes(about.moment);
    const turn = hand !== null && (hand.to_act === seat.seat || (hand.to_act === null && hand.drawing && hand.drawing[0] === seat.seat));
    setData(this.element, 'status', seat.status);
    setData(this.element, 'gone', gone ? '1' : '0');
    setData(this.element, 'toAct', turn ? '1' : '0');
    setData(this.element, 'won', wonBy(seat, about.award) ? '1' : '0');
    setData(this.element, 'lost', about.award && !about.award.seats.has(seat.seat) ? '1' : '');
    setData(this.element, 'clock', hand && hand.clock && hand.clock.seat === seat.seat ? '1' : '');
    this.motion.presence(this.element, seat.status !== 'empty' && !(gone && away));
    this.drawWho(seat, about.names);
    this.drawChips(seat, hand);
    this.hand.draw(seat, hand);
    this.hand.light(about.award && seat.shown ? about.light : null);
    this.drawShare(seat, hand, gone);
    this.drawEnd(seat, hand, about);
    this.beside.draw(seat, hand, about);
    this.pushed(seat);
  }

  drawWho(seat, names) {
    const name = seat.name || '';
    setText(this.name, names.short ? shortName(name) : name);
    setData(this.name, 'value', name);
    setText(this.position, seat.position === 'BTN' ? 'D' : seat.position || '');
    setData(this.position, 'value', seat.position);
    setHidden(this.position, !seat.position);
  }

  // An all-in seat has a word where its stack was, a busted one that it is out: neither has "0".
  drawChips(seat, hand) {
    const over = hand !== null && hand.street === 'complete';
    const busted = over && seat.stack === 0 && seat.status !== 'out';
    let words = '';
    if (seat.status === 'all_in') words = this.wording.word('status.all_in', '');
    else if (busted) words = this.wording.word('busted', '');
    setData(this.element, 'busted', busted ? '1' : '');
    this.stack.draw(seat.stack, words, seat.won ? STACK_MS : 0);
  }

  drawShare(seat, hand, gone) {
    const over = hand !== null && ['showdown', 'complete'].includes(hand.street); // 100 % says nothing
    const known = seat.equity !== null && !gone && !over;
    setHidden(this.equity, !known);
    setData(this.equity, 'value', seat.equity);
    // What is not counted exactly says so: a sample, or an average over cards that were not read.
    const about = known && (seat.equity_unread || seat.equity_error > 0);
    const text = known ? `${about ? '≈' : ''}${formatShare(seat.equity)}` : '';
    this.motion.swap(this.equity, this.equity.textContent ? FIGURE_MS : 0, () => {
      setText(this.figure, text.replace('%', ''));
      setText(this.sign, text ? '%' : '');
    });
    const parts = seat.runs && seat.runs.length ? seat.runs.map((run) => run.equity) : [seat.equity];
    this.drawBars(known ? parts : [], known && seat.runs && seat.runs.length ? hand.boards : []);
  }

  // One bar, or one for each run; that of a run that is over says who won it.
  drawBars(parts, boards) {
    while (this.runs.children.length > parts.length) this.runs.lastElementChild.remove();
    parts.forEach((part, at) => {
      let bar = this.runs.children[at];
      if (!bar) {
        bar = h('div', { class: 'bar' }, h('i', {}));
        this.runs.append(bar);
      }
      const inner = bar.firstElementChild;
      const before = Number(inner.dataset.part || part);
      const over = boards[at] && boards[at].length === 5;
      setData(bar, 'over', over ? runWord(part) : '');
      setData(inner, 'part', part);
      inner.style.transform = `scaleY(${part / 10_000})`;
      this.motion.fill(inner, before / 10_000, part / 10_000);
    });
  }

  // At the end: the hand in words, and on the plate what it won.
  drawEnd(seat, hand, { large, award }) {
    const shown = hand !== null && !isGone(seat, hand) && (hand.closed || hand.street === 'complete' || hand.board.length === 5);
    const made = shown ? this.wording.madeAll(toldOf(seat, hand)) || (seat.best ? '' : seat.made) || '' : '';
    setText(this.made, made);
    setData(this.made, 'value', seat.made);
    setData(this.made, 'inside', large ? '1' : '');
    setHidden(this.made, !made);
    const amount = wonBy(seat, award);
    setText(this.won, amount ? `+${this.wording.money(amount)}` : '');
    setData(this.won, 'value', seat.won);
    setData(this.won, 'winner', seat.won ? seat.seat : '');
    const appears = Boolean(amount) && this.won.hidden;
    setHidden(this.won, !amount);
    if (appears) this.motion.enter(this.won, 640);
  }

  // An all-in runs over the plate once, when it is said.
  pushed(seat) {
    const news = seat.status === 'all_in' && this.was !== undefined && this.was !== 'all_in';
    this.was = seat.status;
    setText(this.band, news ? this.wording.word('status.all_in', '') : this.band.textContent);
    if (news) this.motion.band(this.band);
  }
}

// What a seat takes: of the parts that are given now, or of all.
const wonBy = (seat, award) => (award ? award.won[seat.seat] || 0 : seat.won || 0);

export function runWord(points) {
  if (points === 10_000) return 'won';
  return points ? 'split' : 'lost';
}

// Of what a hand makes: all of it, and at the award what it won with.
function toldOf(seat, hand) {
  const bests = seat.best || [];
  const own = (hand.awards || []).filter((part) => part.won[seat.seat]);
  const won = bests.filter((best) => own.some((part) => part.board === best.board && part.half === best.half));
  if (won.length) return won;
  if (hand.boards.length > 1 && hand.street !== 'complete') return []; // the runs beside the plate say it
  return hand.street === 'complete' ? bests.slice(0, 1) : bests;
}
