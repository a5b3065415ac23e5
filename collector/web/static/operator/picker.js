// Cards by hand: deal one to a seat or the board, clear one that was misread, or name the hand that a seat shows.

import { RANKS, SUITS, cardName, makeCard, parseCards } from '../shared/cards.js';
import { find, h, setText } from '../shared/dom.js';

export class CardPicker {
  constructor(command, show) {
    this.command = command;
    this.show = show;
    this.target = null; // {seat, showing}
    this.chosen = [];
    this.dialog = find('picker');
    for (const suit of SUITS) {
      for (const rank of [...RANKS].reverse()) {
        const card = rank + suit;
        find('picker-grid').append(h('button', {
          type: 'button', class: 'pick', data: { pick: card }, 'aria-label': cardName(card), onclick: () => this.pick(card),
        }, makeCard(card)));
      }
    }
    find('picker-close').addEventListener('click', () => this.dialog.close());
    find('picker-done').addEventListener('click', () => this.done());
    find('picker-text').addEventListener('input', () => this.typed());
    find('picker-text').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && this.chosen.length) this.done();
    });
    this.dialog.addEventListener('close', () => { this.target = null; });
  }

  // seat null: the board.
  openForSeat(state, seat) {
    this.open(state, { seat, showing: false }, seat === null ? 'Board cards' : `Cards of seat ${seat}`);
  }

  openForShow(state, seat) {
    this.open(state, { seat, showing: true }, `Seat ${seat} shows`);
  }

  open(state, target, title) {
    this.target = target;
    this.chosen = [];
    this.mode = 'deal';
    setText(find('picker-title'), title);
    find('picker-done').hidden = !target.showing;
    find('picker-typed').hidden = !target.showing;
    find('picker-text').value = '';
    this.refresh(state);
    if (!this.dialog.open) this.dialog.showModal();
    if (target.showing) find('picker-text').focus();
  }

  typed() {
    const cards = parseCards(find('picker-text').value);
    find('picker-text').setAttribute('aria-invalid', String(cards === null && find('picker-text').value !== ''));
    this.chosen = cards || [];
    this.refresh(this.state);
  }

  refresh(state) {
    if (!this.target) return;
    const { seat, showing } = this.target;
    const hand = state.hand;
    const held = seat === null ? (hand ? hand.board : []) : state.seats[seat - 1].hole || [];
    this.held = [...held];
    const seen = new Set([...(hand ? hand.board : []), ...state.seats.flatMap((view) => view.hole || [])]);
    for (const button of find('picker-grid').children) {
      const { pick } = button.dataset;
      button.disabled = showing && seen.has(pick) && !held.includes(pick);
      button.setAttribute('aria-pressed', String(this.chosen.includes(pick) || (!showing && this.held.includes(pick))));
    }
    const hidden = seat !== null && !held.length && !showing ? state.seats[seat - 1].cards : 0;
    setText(find('picker-note'), showing ? `Chosen: ${this.chosen.map(cardName).join(' ') || 'none'}`
      : `${hidden ? `${hidden} cards lie here, unseen. ` : ''}Touch a card to deal it, a marked one to clear it.`);
    const clear = find('picker-held');
    if (!clear.children.length) {
      clear.append(h('button', { type: 'button', class: 'key', id: 'picker-mode', onclick: () => this.toggle() }));
    }
    clear.hidden = showing;
    setText(find('picker-mode'), this.mode === 'clear' ? 'Clearing: the card touched is taken away' : 'Dealing: the card touched is dealt');
    find('picker-mode').setAttribute('aria-pressed', String(this.mode === 'clear'));
    find('picker-done').disabled = !this.chosen.length;
    this.state = state;
  }

  toggle() {
    this.mode = this.mode === 'clear' ? 'deal' : 'clear';
    this.refresh(this.state);
  }

  pick(card) {
    const { seat, showing } = this.target;
    if (showing) {
      find('picker-text').value = '';
      this.chosen = this.chosen.includes(card) ? this.chosen.filter((other) => other !== card) : [...this.chosen, card];
      this.refresh(this.state);
      return;
    }
    const clears = this.mode === 'clear' || this.held.includes(card);
    this.command({ type: clears ? 'clear_card' : 'deal_card', seat, card });
  }

  done() {
    const { seat } = this.target;
    const cards = this.chosen;
    this.dialog.close();
    this.show(seat, cards);
  }
}
