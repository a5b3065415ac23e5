// Cards by hand: deal one to a seat or a board, clear one that was misread, or name the hand that a seat shows.
//
// The public state has no hidden card. What this page typed itself it remembers for the hand, and marks.

import { RANKS, SUITS, cardName, makeCard, parseCards } from '../shared/cards.js';
import { find, h, setText } from '../shared/dom.js';

const boardsOf = (hand) => (hand && hand.boards.length ? hand.boards : [hand ? hand.board : []]);

export class CardPicker {
  constructor(command, show, typed) {
    this.command = command;
    this.show = show;
    this.typed = typed; // a TypedCards
    this.target = null; // {seat, up, board, showing}
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
    find('picker-text').addEventListener('input', () => this.wrote());
    find('picker-text').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && this.chosen.length) this.done();
    });
    this.dialog.addEventListener('close', () => { this.target = null; });
  }

  // seat null: the board, the first one that waits for a card.
  openForSeat(state, seat) {
    const { hand } = state;
    const waiting = hand ? hand.awaited.findIndex((cards) => cards > 0) : -1;
    const down = seat !== null && hand && state.seats[seat - 1].cards >= hand.dealt[0];
    const up = Boolean(down && hand.dealt[1] > 0);
    this.open(state, { seat, up, board: Math.max(0, waiting) + 1, showing: false }, seat === null ? 'Board cards' : `Cards of seat ${seat}`);
  }

  openForShow(state, seat) {
    this.open(state, { seat, up: false, board: 1, showing: true }, `Seat ${seat} shows`);
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

  wrote() {
    const cards = parseCards(find('picker-text').value);
    find('picker-text').setAttribute('aria-invalid', String(cards === null && find('picker-text').value !== ''));
    this.chosen = cards || [];
    this.refresh(this.state);
  }

  // The cards at the place that is being typed, as far as this page may know.
  heldAt(state) {
    const { seat, up, board } = this.target;
    if (seat === null) {
      const shown = boardsOf(state.hand)[board - 1] || [];
      return [...shown, ...this.typed.at(state.hand_id, null, { board }).filter((card) => !shown.includes(card))];
    }
    const view = state.seats[seat - 1];
    if (up) return view.up.filter(Boolean);
    return view.hole || this.typed.at(state.hand_id, seat);
  }

  refresh(state) {
    if (!this.target) return;
    const { seat, up, showing } = this.target;
    const hand = state.hand;
    const held = this.heldAt(state);
    this.held = [...held];
    const seen = new Set([...boardsOf(hand).flat(), ...state.seats.flatMap((view) => [...(view.hole || []), ...view.up.filter(Boolean)])]);
    const own = seat === null ? [] : state.seats[seat - 1].up.filter(Boolean);
    for (const button of find('picker-grid').children) {
      const { pick } = button.dataset;
      button.disabled = showing && seen.has(pick) && !held.includes(pick) && !own.includes(pick);
      button.setAttribute('aria-pressed', String(this.chosen.includes(pick) || (!showing && this.held.includes(pick))));
    }
    const hidden = seat !== null && !up && !held.length && !showing ? state.seats[seat - 1].cards : 0;
    setText(find('picker-note'), showing ? `Chosen: ${this.chosen.map(cardName).join(' ') || 'none'}`
      : `${hidden ? `${hidden} cards lie here, unseen. ` : ''}${this.lacking(state)}Touch a card to deal it, a marked one to clear it.`);
    this.drawPlaces(state);
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

  lacking(state) {
    const { seat, board } = this.target;
    const left = seat === null ? (state.hand ? state.hand.awaited[board - 1] : 0) : state.seats[seat - 1].awaited;
    return left ? `Still to come: ${left}. ` : '';
  }

  // Where the cards go: which board, where there are several; face down or up, where the game deals both.
  drawPlaces(state) {
    const { seat, up, board, showing } = this.target;
    const boards = boardsOf(state.hand).length;
    const choice = (label, chosen, change) => h('button', {
      type: 'button', class: 'key small', 'aria-pressed': String(chosen),
      onclick: () => { Object.assign(this.target, change); this.refresh(this.state); },
    }, label);
    const places = [];
    if (!showing && seat === null && boards > 1) {
      for (let at = 1; at <= boards; at += 1) places.push(choice(`Board ${at}`, board === at, { board: at }));
    }
    if (!showing && seat !== null && state.hand && state.hand.dealt[1] > 0) {
      places.push(choice('Face down', !up, { up: false }), choice('Face up', up, { up: true }));
    }
    const key = JSON.stringify([seat, up, board, boards, showing, places.length]);
    if (find('picker-places').dataset.key === key) return;
    find('picker-places').dataset.key = key;
    find('picker-places').replaceChildren(...places);
  }

  toggle() {
    this.mode = this.mode === 'clear' ? 'deal' : 'clear';
    this.refresh(this.state);
  }

  pick(card) {
    const { seat, up, board, showing } = this.target;
    if (showing) {
      find('picker-text').value = '';
      this.chosen = this.chosen.includes(card) ? this.chosen.filter((other) => other !== card) : [...this.chosen, card];
      this.refresh(this.state);
      return;
    }
    const clears = this.mode === 'clear' || this.held.includes(card);
    const place = { ...(up ? { up } : {}), ...(seat === null && board > 1 ? { board } : {}) };
    this.command({ type: clears ? 'clear_card' : 'deal_card', seat, card, ...place });
  }

  done() {
    const { seat } = this.target;
    const cards = this.chosen;
    this.dialog.close();
    this.show(seat, cards);
  }
}
