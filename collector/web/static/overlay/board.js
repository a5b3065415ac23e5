// The panel in the middle: the board, the street, the pots.

import { makeCard } from '../shared/cards.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { field } from './field.js';
import { Pots } from './pots.js';

export class BoardPanel {
  constructor(means) {
    this.wording = means.wording;
    this.motion = means.motion;
    this.handId = null; // of the hand that was drawn last
    this.board = field('board', 'div');
    this.street = field('street');
    this.pots = new Pots(means);
    const figures = h('div', { class: 'figures' }, this.pots.whole, this.pots.parts, this.street);
    this.element = h('section', { class: 'board-panel' }, this.board, figures);
  }

  draw(hand) {
    const handId = hand ? hand.hand_id : null;
    const same = hand && handId === this.handId;
    this.handId = handId;
    setHidden(this.element, !hand);
    if (!hand) {
      this.board.replaceChildren();
      return;
    }
    this.drawCards(hand.board, same);
    setText(this.street, this.wording.word(`street.${hand.street}`, hand.street));
    setHidden(this.street, !this.street.textContent);
    this.pots.draw(hand);
  }

  // Only new cards are made; they turn over where they come to the hand that is on show.
  drawCards(wanted, same) {
    const shown = Array.from(this.board.children, (card) => card.dataset.card);
    setData(this.board, 'value', wanted.join(' '));
    if (shown.join() !== wanted.join()) {
      const kept = shown.every((card, at) => card === wanted[at]) ? shown.length : 0;
      while (this.board.children.length > kept) this.board.lastElementChild.remove();
      const fresh = wanted.slice(kept).map(makeCard);
      this.board.append(...fresh);
      if (same) fresh.forEach((card, at) => this.motion.flip(card, at * 110));
    }
    setHidden(this.board, wanted.length === 0);
    setData(this.element, 'cards', wanted.length);
  }
}
