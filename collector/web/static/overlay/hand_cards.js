// The cards of a seat: face up where they are known, backs where they lie and nobody knows them; stud's in their order.

import { makeCard } from '../shared/cards.js';
import { setData, setHidden } from '../shared/dom.js';
import { field } from './field.js';

const LATER_MS = 60; // between two cards
const STUD_DOWN = 2; // before the up cards; the last one comes behind them

export class HandCards {
  constructor({ motion }) {
    this.motion = motion;
    this.element = field('hole', 'div', 'cards');
  }

  draw(seat, hand) {
    const cards = isHeld(seat) ? laid(seat) : [];
    setData(this.element, 'value', (seat.hole || []).join(' '));
    setData(this.element, 'count', cards.length);
    setData(this.element, 'stud', seat.up && seat.up.length ? '1' : '');
    setHidden(this.element, cards.length === 0);
    cards.forEach(({ card, place }, at) => this.drawCard(at, card, place));
    while (this.element.children.length > cards.length) this.element.lastElementChild.remove();
    this.expose(seat, hand);
  }

  drawCard(at, card, place) {
    const shown = this.element.children[at];
    if (shown && shown.dataset.card === card) {
      setData(shown, 'place', place);
      return;
    }
    const fresh = makeCard(card);
    setData(fresh, 'place', place);
    if (shown) shown.replaceWith(fresh);
    else this.element.append(fresh);
    if (card && shown) this.motion.flip(fresh, at * LATER_MS);
    else this.motion.deal(fresh, at * LATER_MS);
  }

  expose(seat) {
    const seen = new Set(seat.exposed || []);
    for (const card of this.element.children) setData(card, 'exposed', seen.has(card.dataset.card) ? '1' : '');
  }

  // Marks the cards that won, or that are out of it: `lit` by card, {} for none, null for no award.
  light(lit) {
    for (const card of this.element.children) lightCard(card, lit);
  }
}

export function lightCard(card, lit) {
  setData(card, 'lit', lit === null ? '' : lit[card.dataset.card] || 'out');
}

const isHeld = (seat) => !['folded', 'mucked', 'empty'].includes(seat.status);

// Cards by place: down, up, last.
function laid(seat) {
  const up = (seat.up || []).map((card) => ({ card: card || '', place: 'up' }));
  const open = new Set((seat.up || []).filter(Boolean));
  const known = (seat.hole || []).filter((card) => !open.has(card));
  const down = [];
  for (let at = 0; at < Math.max(seat.shown ? 0 : seat.cards, known.length); at += 1) down.push({ card: known[at] || '', place: 'down' });
  if (!up.length) return down;
  const last = down.slice(STUD_DOWN).map((one) => ({ ...one, place: 'last' }));
  return [...down.slice(0, STUD_DOWN), ...up, ...last];
}
