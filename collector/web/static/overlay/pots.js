// The pot; where it is several, each of them.

import { h, setData, setHidden, setText } from '../shared/dom.js';
import { Amount, field } from './field.js';

export class Pots {
  constructor(means) {
    this.wording = means.wording;
    this.pot = new Amount('pot', means);
    this.parts = field('pots', 'div');
    const label = h('span', { class: 'label' }, this.wording.word('pot', ''));
    this.whole = h('div', { class: 'pot-line' }, label, this.pot.element, this.pot.beside);
  }

  draw(hand) {
    this.pot.draw(hand.pot);
    const wanted = hand.pots.length > 1 ? hand.pots : [];
    while (this.parts.children.length > wanted.length) this.parts.lastElementChild.remove();
    wanted.forEach((pot, at) => this.drawPart(pot, at, wanted.length));
    setHidden(this.parts, wanted.length === 0);
    setData(this.parts, 'count', wanted.length);
  }

  drawPart(pot, at, count) {
    let item = this.parts.children[at];
    if (!item) {
      item = h('span', { class: 'side', data: { pot: at } }, h('span', { class: 'label' }), h('span', {}));
      this.parts.append(item);
    }
    const number = count > 2 && at ? ` ${at}` : '';
    const name = this.wording.word(at ? 'side_pot' : 'main_pot', '');
    setText(item.firstElementChild, `${name}${number}`);
    setText(item.lastElementChild, this.wording.money(pot.amount));
    setData(item, 'value', pot.amount);
    setData(item, 'eligible', pot.eligible.join(' '));
  }
}
