// The pot; where it is several, each of them.

import { h, setData, setHidden, setText } from '../shared/dom.js';
import { Amount, field } from './field.js';

const POT_MS = 360; // of the bets' way into the pot

export class Pots {
  constructor(means) {
    this.wording = means.wording;
    this.pot = new Amount('pot', means);
    this.parts = field('pots', 'div');
    const label = h('span', { class: 'label' }, this.wording.word('pot', ''));
    this.whole = h('div', { class: 'pot-line' }, label, this.pot.element, this.pot.beside);
  }

  // `award`: the part that is given now, null for none.
  draw(hand, award) {
    this.pot.draw(hand.pot, '', POT_MS);
    const wanted = hand.pots.length > 1 ? hand.pots : [];
    while (this.parts.children.length > wanted.length) this.parts.lastElementChild.remove();
    wanted.forEach((pot, at) => this.drawPart(pot, at, wanted.length, award));
    setHidden(this.parts, wanted.length === 0);
    setData(this.parts, 'count', wanted.length);
  }

  drawPart(pot, at, count, award) {
    let item = this.parts.children[at];
    if (!item) {
      item = h('span', { class: 'side', data: { pot: at } }, h('span', { class: 'label' }), ' ', h('b', {}));
      this.parts.append(item);
    }
    setText(item.firstElementChild, potName(this.wording, at, count));
    setText(item.lastElementChild, this.wording.money(pot.amount));
    setData(item, 'value', pot.amount);
    setData(item, 'eligible', pot.eligible.join(' '));
    setData(item, 'now', award && award.pot === at ? '1' : '');
  }
}

export function potName(wording, at, count) {
  const number = count > 2 && at ? ` ${at}` : '';
  return `${wording.word(at ? 'side_pot' : 'main_pot', '')}${number}`;
}
