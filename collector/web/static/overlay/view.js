// Draws a table state, each part by itself; animates only what the events since the last state account for.
//
// Elements are made once and changed in place. Each value has a hook for tests: data-field, raw numbers in data-value.

import { h, setData, setHidden } from '../shared/dom.js';
import { Awards, pictureOf } from './award.js';
import { BoardPanel } from './board.js';
import { isGone, momentOf } from './moment.js';
import { Motion } from './motion.js';
import { fitNames } from './names.js';
import { Plate } from './plate.js';
import { Strip } from './strip.js';
import { Wording } from './wording.js';

const SEATS = 10;
const MANY_CARDS = 5;
const MANY_PLAYERS = 7; // with that many cards a row is too narrow

export class OverlayView {
  constructor(root, options, words, skin) {
    Object.assign(this, { root, options, skin });
    this.wording = new Wording(options, words);
    this.motion = new Motion(skin.pace);
    this.drawMs = 0;
    this.fault = '';
    for (const name of ['board', 'density', 'deck', 'amounts', 'folded']) root.dataset[name] = options[name];
    root.dataset.anim = options.animate ? '1' : '0';
    const means = { options, skin, wording: this.wording, motion: this.motion };
    this.strip = new Strip(means);
    this.plates = Array.from({ length: SEATS }, (_, at) => new Plate(at + 1, means));
    this.board = new BoardPanel(means);
    this.awards = new Awards(this.motion, (parts) => this.render(this.state, parts));
    this.seats = h('section', { class: 'seats' }, ...this.plates.map((plate) => plate.element));
    root.append(this.strip.element, this.seats, h('div', { class: 'tray' }, this.board.element));
  }

  draw(state, events) {
    const started = performance.now();
    setHidden(this.root, Boolean(state.masked)); // before anything that could fail: everything is off air in this frame
    try {
      this.motion.on = this.options.animate && !document.hidden && events.length > 0 &&
        !events.some((event) => event.type === 'hand_corrected');
      this.state = state;
      this.render(state, this.awards.parts(state));
      this.fault = '';
    } catch (error) {
      this.fault = String(error); // the frame before stays; ?debug=1 tells
    }
    this.drawMs = performance.now() - started;
  }

  render(state, parts) {
    const { hand } = state;
    this.wording.heed(state);
    const moment = momentOf(state);
    setData(this.root, 'moment', moment.name);
    setData(this.root, 'large', moment.large ? '1' : '');
    setData(this.root, 'boards', hand && hand.boards.length > 1 ? hand.boards.length : 1);
    this.strip.draw(state);
    const about = { moment: moment.name, large: moment.large, ...pictureOf(parts, state) };
    this.drawSeats(state, about);
    this.board.draw(hand, about);
    setData(this.root, 'seq', state.seq);
    setData(this.root, 'epoch', state.epoch);
    setData(this.root, 'hand', state.hand_id);
    setData(this.root, 'street', hand ? hand.street : '');
  }

  drawSeats({ seats, hand }, about) {
    const taken = seats.filter((seat) => seat.status !== 'empty');
    const cards = Math.max(2, ...taken.map((seat) => cardsOf(seat)));
    setData(this.root, 'layout', arrangement(this.options.layout, taken.length, cards));
    setData(this.seats, 'count', taken.length);
    setData(this.root, 'hole', cards);
    setData(this.root, 'stud', taken.some((seat) => seat.up && seat.up.length) ? '1' : '');
    const places = this.motion.places(this.plates);
    const names = this.fitted(taken, hand);
    for (const seat of seats) {
      setData(this.plates[seat.seat - 1].element, 'side', seat.seat > taken[Math.ceil(taken.length / 2) - 1]?.seat ? 'r' : 'l');
      this.plates[seat.seat - 1].draw(seat, hand, { ...about, names });
    }
    this.motion.settle(this.plates, places);
  }

  // How all names are written. The skin says in --name-w how much room they have, and in --pill-w what the badge of a
  // position takes of it.
  fitted(taken, hand) {
    const style = getComputedStyle(this.seats);
    const said = (name, otherwise) => parseFloat(style.getPropertyValue(name)) || otherwise;
    const room = (seat) => said('--name-w', 280) - (seat.position ? said('--pill-w', 0) : 0);
    const names = taken.filter((seat) => !isGone(seat, hand)).map((seat) => [seat.name || '', room(seat)]);
    const found = fitNames(names, this.skin.nameFont, said('--name-scale', 1));
    this.seats.style.setProperty('--name-size', `${found.size}px`);
    return found;
  }
}

const STUD_CARDS = 7; // of a whole hand: what is dealt late takes its place from the start
const cardsOf = (seat) => (seat.up && seat.up.length ? STUD_CARDS : Math.max(seat.cards, (seat.hole || []).length));

// A row has no room for many players with many cards: then they stand left and right.
function arrangement(layout, players, cards) {
  return layout === 'h' && cards >= MANY_CARDS && players >= MANY_PLAYERS ? 'split' : layout;
}
