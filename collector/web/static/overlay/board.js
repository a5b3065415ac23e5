// The board and the pots. Several boards are rows; what they share lies once at the left, and there they fork.

import { makeCard } from '../shared/cards.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { field } from './field.js';
import { lightCard } from './hand_cards.js';
import { Pots } from './pots.js';

const LATER_MS = 90; // between two cards of a street
const MOST = 5;

export class BoardPanel {
  constructor(means) {
    this.wording = means.wording;
    this.motion = means.motion;
    this.handId = null; // of the hand that was drawn last
    this.board = field('board', 'div');
    this.rows = h('div', { class: 'rows' });
    this.street = field('street');
    this.rabbit = field('rabbit', 'div');
    this.pots = new Pots(means);
    const figures = h('div', { class: 'figures' }, this.street, this.pots.whole, this.pots.parts);
    this.rail = h('div', { class: 'rail' }, this.board, this.rows, this.rabbit);
    this.element = h('section', { class: 'board-panel' }, figures, this.rail);
  }

  // `about`: see view.js.
  draw(hand, about) {
    const handId = hand ? hand.hand_id : null;
    const same = hand !== null && handId === this.handId;
    this.handId = handId;
    setHidden(this.element, !hand);
    if (!hand) {
      this.board.replaceChildren();
      this.rows.replaceChildren();
      return;
    }
    const boards = hand.boards.length > 1 ? hand.boards : [hand.board];
    const shared = boards.length > 1 ? sharedBy(boards) : hand.board.length;
    const first = hand.board.slice(0, shared);
    setData(this.board, 'value', hand.board.join(' '));
    const slots = boards.length > 1 || !first.length ? 0 : MOST - first.length;
    this.drawCards(this.board, first, slots, same);
    this.drawRows(boards, shared, same);
    setData(this.element, 'boards', boards.length);
    setData(this.element, 'cards', Math.max(...boards.map((cards) => cards.length)));
    this.drawRabbit(hand);
    setHidden(this.rail, !boards.some((cards) => cards.length) && !hand.rabbit.length);
    setText(this.street, this.wording.word(`street.${hand.street}`, ''));
    setHidden(this.street, !this.street.textContent);
    this.light(about);
    this.pots.draw(hand, about.award);
  }

  drawRows(boards, shared, same) {
    const rows = boards.length > 1 ? boards : [];
    while (this.rows.children.length > rows.length) this.rows.lastElementChild.remove();
    rows.forEach((cards, at) => {
      let row = this.rows.children[at];
      if (!row) {
        row = h('div', { class: 'row', data: { board: at + 1 } }, h('b', { class: 'run-number' }, String(at + 1)), h('div', { class: 'row-cards' }));
        this.rows.append(row);
      }
      setData(row, 'value', cards.join(' '));
      this.drawCards(row.lastElementChild, cards.slice(shared), MOST - cards.length, same);
    });
    setHidden(this.rows, !rows.length);
  }

  // Only new cards are made; they turn over where they come to the hand that is on show. Slots wait for the rest.
  drawCards(place, wanted, slots, same) {
    const shown = Array.from(place.children, (card) => card.dataset.card).filter((card) => card !== undefined);
    if (shown.join() !== wanted.join()) {
      const kept = shown.every((card, at) => card === wanted[at]) ? shown.length : 0;
      while (place.children.length > kept) place.lastElementChild.remove();
      const fresh = wanted.slice(kept).map(makeCard);
      place.append(...fresh);
      if (same) fresh.forEach((card, at) => this.motion.flip(card, at * LATER_MS));
    }
    while (place.children.length > wanted.length + Math.max(0, slots)) place.lastElementChild.remove();
    while (place.children.length < wanted.length + slots) place.append(h('span', { class: 'slot' }));
    setHidden(place, !place.children.length);
  }

  drawRabbit(hand) {
    const key = hand.rabbit.join(' ');
    setHidden(this.rabbit, !key);
    if (this.rabbit.dataset.value === key) return;
    setData(this.rabbit, 'value', key);
    const word = h('span', { class: 'label' }, this.wording.word('rabbit', ''));
    this.rabbit.replaceChildren(...(key ? [word, ...hand.rabbit.map(makeCard)] : []));
  }

  // At an award: the cards of the winning five; others step back.
  light({ award, light, lightOn }) {
    const places = [[this.board, 0], ...Array.from(this.rows.children, (row, at) => [row, at + 1])];
    for (const [place, number] of places) {
      const counts = award && light && Object.keys(light).length && (!number || !lightOn || lightOn.has(number));
      for (const card of place.querySelectorAll('.card')) lightCard(card, counts ? light : null);
    }
  }
}

// How many cards all boards have in common at their beginning.
function sharedBy(boards) {
  let shared = 0;
  while (boards.every((cards) => cards[shared] !== undefined && cards[shared] === boards[0][shared])) shared += 1;
  return shared;
}
