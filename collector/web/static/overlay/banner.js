// The banner of a finished hand: who won how much, with what.

import { h, isolated, setData, setHidden } from '../shared/dom.js';
import { field } from './field.js';

const MOST = 3; // rows; where there are more winners, the last row names the rest

export class Banner {
  constructor({ wording, motion }) {
    this.wording = wording;
    this.motion = motion;
    this.element = field('winner', 'section', 'banner');
  }

  draw({ hand, seats }) {
    const wins = hand ? hand.winners : [];
    const key = wins.length ? `${hand.hand_id} ${JSON.stringify(wins)}` : '';
    if (this.element.dataset.key !== key) {
      const rows = key ? this.rows(wins, seats) : [];
      const appears = key && !this.element.children.length;
      setData(this.element, 'key', key);
      this.element.replaceChildren(...rows);
      if (appears) this.motion.rise(this.element);
    }
    setHidden(this.element, !key);
  }

  rows(wins, seats) {
    const nameOf = (seat) => seats[seat - 1].name || `#${seat}`;
    const money = (amount) => this.wording.money(amount);
    const winners = byWinner(wins);
    const shown = winners.slice(0, winners.length > MOST ? MOST - 1 : MOST);
    const rows = shown.map((win) => h('div', { class: 'win', data: { winner: win.seat, value: win.amount } },
      h('span', { class: 'win-name' }, nameOf(win.seat)),
      h('span', { class: 'win-verb' }, this.wording.word('wins', '')),
      h('span', { class: 'win-amount' }, money(win.amount)),
      win.hand ? h('span', { class: 'win-hand' }, win.hand) : null));
    const rest = winners.slice(shown.length);
    if (rest.length) {
      rows.push(h('div', { class: 'win win-rest' }, h('span', { class: 'win-name' },
        `+ ${rest.map((win) => `${isolated(nameOf(win.seat))} ${money(win.amount)}`).join(' \u00b7 ')}`)));
    }
    return rows;
  }
}

// Each winner once, all his pots together, the largest first; the hand is that of his first pot.
function byWinner(wins) {
  const bySeat = new Map();
  for (const win of wins) {
    const sum = bySeat.get(win.seat) || { seat: win.seat, amount: 0, hand: null };
    bySeat.set(win.seat, { seat: win.seat, amount: sum.amount + win.amount, hand: sum.hand || win.hand });
  }
  return [...bySeat.values()].sort((one, other) => other.amount - one.amount);
}
