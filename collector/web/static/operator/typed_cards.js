// The cards that this page typed in the running hand. Nobody sends them back: the public state has no hidden card, and no
// board card of a street that is not whole yet.

export class TypedCards {
  constructor() {
    this.hand = null;
    this.taken = []; // commands that were taken, in order
    this.undone = [];
  }

  // A command of this page was taken.
  took(command) {
    if (command.hand_id !== this.hand) {
      this.hand = command.hand_id;
      this.taken = [];
      this.undone = [];
    }
    if (command.type === 'undo') this.swap(this.taken, this.undone);
    else if (command.type === 'redo') this.swap(this.undone, this.taken);
    else {
      this.taken.push(command);
      this.undone = [];
    }
  }

  swap(from, to) {
    const last = from.pop();
    if (last) to.push(last);
  }

  // The cards typed at a place in this hand, in order. seat null: a board, by its number.
  at(hand, seat, { up = false, board = 1 } = {}) {
    if (hand !== this.hand) return [];
    const here = (each) => (each.seat ?? null) === seat && Boolean(each.up) === up && (seat !== null || (each.board || 1) === board);
    return this.taken.filter(here).reduce((cards, { type, card }) => {
      if (type === 'deal_card' && card !== '??') return [...cards, card];
      return type === 'clear_card' ? cards.filter((other) => other !== card) : cards;
    }, []);
  }
}
