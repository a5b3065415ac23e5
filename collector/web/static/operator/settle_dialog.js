// The floor's word on a card that is in two places. The alert names the places, never the card: the floor has looked.

import { parseCards } from '../shared/cards.js';
import { find, setText } from '../shared/dom.js';
import { button, labelled, select, textInput } from './forms.js';

export class SettleDialog {
  constructor(command) {
    this.command = command;
    this.dialog = find('settle');
    find('settle-close').addEventListener('click', () => this.dialog.close());
  }

  // alert: a CARD_CONTESTED or HAND_HELD; its hand may be over by now.
  open(alert, state) {
    this.hand = alert.hand_id;
    this.places = placesOf(state);
    setText(find('settle-told'), alert.message);
    this.card = textInput('settle-card', '', { placeholder: 'As', maxlength: 3 });
    this.place = select('settle-place', this.places.map(([words], at) => [String(at), words]), '0');
    find('settle-body').replaceChildren(
      labelled('Card', this.card), labelled('Place', this.place),
      button('settle-lies', 'It lies there, and nowhere else', () => this.send(true), 'go'),
      button('settle-not', 'It does not lie there', () => this.send(false)),
    );
    this.dialog.showModal();
  }

  send(lies) {
    const cards = parseCards(this.card.value);
    const fits = cards !== null && cards.length === 1;
    this.card.setAttribute('aria-invalid', String(!fits));
    if (!fits) return;
    const [, place] = this.places[Number(this.place.value)];
    this.command({ type: 'settle_card', of: this.hand, card: cards[0], ...place, lies });
  }

  // A command of this page was taken.
  took(command) {
    if (command.type === 'settle_card') this.dialog.close();
  }
}

// Pairs of words and of what a command says for them. A seat with up cards is two places.
function placesOf(state) {
  const seats = state.seats.filter((view) => view.name).flatMap((view) => [
    [`Seat ${view.seat} ${view.name}`, { seat: view.seat }],
    ...(view.up.some(Boolean) ? [[`Seat ${view.seat} ${view.name}, face up`, { seat: view.seat, up: true }]] : []),
  ]);
  const count = state.hand && state.hand.boards.length ? state.hand.boards.length : 1;
  const boards = Array.from({ length: count }, (_, at) => [count > 1 ? `Board ${at + 1}` : 'Board', { seat: null, board: at + 1 }]);
  return [...seats, ...boards];
}
