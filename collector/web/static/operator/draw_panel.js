// Draws and discards: whose turn it is, and how many cards. The digits are keys while somebody draws.

import { h, isolated, setText } from '../shared/dom.js';
import { seatsFor } from '../shared/may.js';

const MOST = 6;

export class DrawPanel {
  constructor(section, title, row, command) {
    this.section = section;
    this.title = title;
    this.row = row;
    this.command = command;
    this.seat = null;
  }

  draw(state, ready) {
    [this.seat] = seatsFor(state, 'draw') || [null];
    this.section.hidden = this.seat === null;
    if (this.seat === null) return;
    const view = state.seats[this.seat - 1];
    setText(this.title, `Seat ${this.seat}, ${isolated(view.name || '')}: how many?`);
    this.most = Math.min(MOST, view.cards || MOST - 1);
    const key = `${this.seat} ${this.most} ${ready}`;
    if (this.row.dataset.key === key) return;
    this.row.dataset.key = key;
    this.row.replaceChildren(...Array.from({ length: this.most + 1 }, (_, count) => h('button', {
      type: 'button', class: 'key', data: { draw: count }, disabled: !ready, onclick: () => this.take(count),
      'aria-label': count ? `Seat ${this.seat} draws ${count}` : `Seat ${this.seat} stands pat`,
    }, count ? String(count) : 'Pat')));
  }

  // Returns whether the digit was a draw.
  key(digit) {
    if (this.seat === null || digit > this.most) return false;
    this.take(digit);
    return true;
  }

  take(count) {
    this.command({ type: 'draw', seat: this.seat, count });
  }
}
