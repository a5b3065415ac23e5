// A hand that begins otherwise than the last: a straddle, a bomb pot, several boards.

import { exactChips } from '../shared/chips.js';
import { find, h, isolated } from '../shared/dom.js';
import { button, form, labelled, readAmount, select, textInput } from './forms.js';

const KINDS = [['straddle', 'Straddle'], ['sleeper', 'Sleeper straddle']];

export class StartDialog {
  constructor(command) {
    this.command = command;
    this.dialog = find('start');
  }

  open(state) {
    const big = state.blinds ? state.blinds.big_blind : 0;
    find('start-body').replaceChildren(this.straddle(state, big), this.bomb(big), this.boards(), ...this.unposted(state));
    this.dialog.showModal();
  }

  send(body) {
    this.dialog.close();
    this.command({ type: 'start_hand', ...body });
  }

  straddle(state, big) {
    const seats = state.seats.filter((view) => view.status !== 'empty').map((view) => [String(view.seat), `${view.seat} ${isolated(view.name)}`]);
    const seat = select('straddle-seat', seats, seats.length ? seats[0][0] : '');
    const kind = select('straddle-kind', KINDS, 'straddle');
    const amount = textInput('straddle-amount', exactChips(2 * big));
    const start = () => {
      const chips = readAmount(amount);
      if (chips && seat.value) this.send({ straddles: [{ seat: Number(seat.value), kind: kind.value, amount: chips }] });
    };
    return form('With a straddle', start, labelled('Seat', seat), labelled('Kind', kind), labelled('Amount', amount),
      h('button', { type: 'submit', class: 'key go', id: 'start-straddle' }, 'Start'));
  }

  // Who owes a blind was dealt in without it: it goes on owing (Robert's Rules 4).
  unposted(state) {
    const owing = Object.keys(state.owed || {});
    if (!owing.length) return [];
    return [form('Dealt in without its blind', () => {}, ...owing.map((seat) => button(
      `start-unposted-${seat}`, `Seat ${seat} has not posted`, () => this.send({ unposted: [Number(seat)] }), 'go')))];
  }

  bomb(big) {
    const amount = textInput('bomb-amount', exactChips(2 * big));
    const boards = select('bomb-boards', [['1', 'One board'], ['2', 'Two boards'], ['3', 'Three boards']], '1');
    const start = () => {
      const bomb = readAmount(amount);
      if (bomb) this.send({ bomb, boards: Number(boards.value) });
    };
    return form('A bomb pot: everybody antes, no betting before the flop', start,
      labelled('Ante, each', amount), labelled('Boards', boards),
      h('button', { type: 'submit', class: 'key go', id: 'start-bomb' }, 'Start'));
  }

  boards() {
    return form('More boards', () => {},
      button('start-two', 'Two boards', () => this.send({ boards: 2 }), 'go'),
      button('start-three', 'Three boards', () => this.send({ boards: 3 }), 'go'));
  }
}
