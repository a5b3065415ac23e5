// Draws a table state, each part by itself; animates only what the events since the last state account for.
//
// Elements are made once and changed in place. Each value has a hook for tests: data-field, raw numbers in data-value.

import { h, setData, setHidden } from '../shared/dom.js';
import { Banner } from './banner.js';
import { BoardPanel } from './board.js';
import { Motion } from './motion.js';
import { Plate } from './plate.js';
import { Strip } from './strip.js';
import { Wording } from './wording.js';

const SEATS = 10;

export class OverlayView {
  constructor(root, options, words) {
    this.root = root;
    this.options = options;
    this.wording = new Wording(options, words);
    this.motion = new Motion();
    this.drawMs = 0;
    this.fault = '';
    for (const name of ['layout', 'board', 'density', 'deck', 'amounts']) root.dataset[name] = options[name];
    const means = { options, wording: this.wording, motion: this.motion };
    this.strip = new Strip(means);
    this.plates = Array.from({ length: SEATS }, (_, at) => new Plate(at + 1, means));
    this.board = new BoardPanel(means);
    this.banner = new Banner(means);
    this.seats = h('section', { class: 'seats' }, ...this.plates.map((plate) => plate.element));
    root.append(this.strip.element, this.seats, h('div', { class: 'tray' }, this.banner.element, this.board.element));
  }

  draw(state, events) {
    const started = performance.now();
    try {
      this.motion.on = this.options.animate && !document.hidden && events.length > 0 &&
        !events.some((event) => event.type === 'hand_corrected');
      this.render(state);
      this.fault = '';
    } catch (error) {
      this.fault = String(error); // the frame before stays; ?debug=1 tells
    }
    this.drawMs = performance.now() - started;
  }

  render(state) {
    const { hand } = state;
    this.wording.bigBlind = state.blinds ? state.blinds.big_blind : 0;
    setHidden(this.root, false);
    this.strip.draw(state);
    this.drawSeats(state);
    this.board.draw(hand);
    this.banner.draw(state);
    setData(this.root, 'seq', state.seq);
    setData(this.root, 'epoch', state.epoch);
    setData(this.root, 'hand', state.hand_id);
    setData(this.root, 'street', hand ? hand.street : '');
  }

  drawSeats({ seats, hand }) {
    setData(this.seats, 'count', seats.filter((seat) => seat.status !== 'empty').length);
    const places = this.motion.places(this.plates);
    for (const seat of seats) this.plates[seat.seat - 1].draw(seat, hand);
    this.motion.settle(this.plates, places);
  }
}
