// Draws a table state; animates only what the events since the last state account for.
//
// Elements are made once and changed in place. Each value has a hook for tests: data-field, raw numbers in data-value.

import { makeCard } from '../shared/cards.js';
import { exactChips, formatBigBlinds, formatBlind, formatChips, formatShare } from '../shared/chips.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { Motion } from './motion.js';

const SEATS = 10;
const BANNER_NAMES = 3;

function field(name, tag = 'span', className = name) {
  return h(tag, { class: className, data: { field: name } });
}

// The street whose acts are still worth reading: the last one bet on, until the next street has its first act.
function talkedStreet(hand) {
  const acts = hand.actions.filter((act) => act.street !== 'showdown' && act.street !== 'complete');
  const last = acts[acts.length - 1];
  if (!last) return hand.street;
  const settled = hand.waiting_for !== 'action' || hand.street === 'showdown';
  return settled ? last.street : hand.street;
}

// The seat's last act of the record: of an earlier street too, so that the call that closed the betting is seen.
function lastAct(seat, hand) {
  const acts = hand ? hand.actions.filter((act) => act.seat === seat.seat && act.action !== 'show' && act.action !== 'muck') : [];
  return acts[acts.length - 1] || seat.last_action;
}

function isLast(act, hand) {
  const last = hand && hand.actions[hand.actions.length - 1];
  return Boolean(last) && last.seat === act.seat && last.action === act.action && last.street === act.street;
}

export class OverlayView {
  constructor(root, options, words) {
    this.root = root;
    this.options = options;
    this.words = words;
    this.motion = new Motion();
    this.state = null;
    this.drawMs = 0;
    this.fault = '';
    for (const name of ['layout', 'board', 'density', 'deck', 'amounts']) root.dataset[name] = options[name];
    this.build();
  }

  word(key, otherwise) {
    const word = this.words[key];
    return word === undefined ? otherwise : word;
  }

  build() {
    this.strip = h('header', { class: 'strip' });
    this.eventName = field('event_name');
    this.tableName = field('table_name');
    this.blinds = field('blinds');
    this.smallBlind = field('small_blind');
    this.bigBlind = field('big_blind');
    this.ante = field('ante');
    this.bigBlindAnte = field('big_blind_ante');
    this.blinds.append(this.smallBlind, h('span', { class: 'slash' }, '/'), this.bigBlind, this.ante, this.bigBlindAnte);
    this.handNumber = field('hand_number');
    this.mode = field('mode');
    this.strip.append(this.eventName, this.tableName, this.blinds, this.handNumber, this.mode);

    this.seatsBox = h('section', { class: 'seats' });
    this.plates = [];
    for (let seat = 1; seat <= SEATS; seat += 1) {
      const plate = new Plate(seat, this);
      this.plates.push(plate);
      this.seatsBox.append(plate.element);
    }

    this.boardPanel = h('section', { class: 'board-panel' });
    this.street = field('street');
    this.pot = field('pot');
    this.potBigBlinds = field('pot_bb', 'span', 'in-bb');
    this.potLabel = h('span', { class: 'label' }, this.word('pot', ''));
    this.pots = field('pots', 'div');
    this.board = field('board', 'div');
    const figures = h('div', { class: 'figures' },
      h('div', { class: 'pot-line' }, this.potLabel, this.pot, this.potBigBlinds), this.pots, this.street);
    this.boardPanel.append(this.board, figures);
    this.banner = field('winner', 'section', 'banner');
    this.tray = h('div', { class: 'tray' }, this.banner, this.boardPanel);
    this.root.append(this.strip, this.seatsBox, this.tray);
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
    const before = this.state;
    const hand = state.hand;
    const same = before && before.hand && hand && before.hand.hand_id === hand.hand_id;
    this.state = state;
    setHidden(this.root, false);
    this.drawStrip(state);
    this.drawSeats(state);
    this.drawBoard(hand, same);
    this.drawBanner(hand);
    setData(this.root, 'seq', state.seq);
    setData(this.root, 'epoch', state.epoch);
    setData(this.root, 'hand', state.hand_id);
    setData(this.root, 'street', hand ? hand.street : '');
  }

  chips(amount) {
    return formatChips(amount, this.options.precision);
  }

  // The amount as the viewer wants it: chips, big blinds, or chips with big blinds beside them.
  amount(element, value, text = (shown) => this.money(shown)) {
    this.motion.count(element, value, text);
  }

  money(value) {
    const bigBlind = this.state.blinds && this.state.blinds.big_blind;
    if (this.options.amounts !== 'bb' || !bigBlind) return this.chips(value);
    return `${formatBigBlinds(value, bigBlind)} ${this.word('bb', 'BB')}`;
  }

  beside(element, value) {
    const bigBlind = this.state.blinds && this.state.blinds.big_blind;
    const wanted = this.options.amounts === 'both' && bigBlind;
    setHidden(element, !wanted);
    setText(element, wanted ? `${formatBigBlinds(value, bigBlind)} ${this.word('bb', 'BB')}` : '');
  }

  drawStrip(state) {
    setText(this.eventName, state.event_name);
    setText(this.tableName, state.table_name);
    const blinds = state.blinds;
    setHidden(this.blinds, !blinds);
    if (blinds) {
      this.stripAmount(this.smallBlind, blinds.small_blind, '');
      this.stripAmount(this.bigBlind, blinds.big_blind, '');
      this.stripAmount(this.ante, blinds.ante, this.word('ante', ''));
      this.stripAmount(this.bigBlindAnte, blinds.big_blind_ante, this.word('bb_ante', ''));
      setHidden(this.ante, !blinds.ante);
      setHidden(this.bigBlindAnte, !blinds.big_blind_ante);
    }
    const hand = state.hand;
    setHidden(this.handNumber, !hand);
    if (hand) {
      setText(this.handNumber, `${this.word('hand', '')} ${exactChips(hand.hand_number)}`.trim());
      setData(this.handNumber, 'value', hand.hand_number);
    }
    setHidden(this.mode, state.mode !== 'rehearsal');
    setText(this.mode, state.mode === 'rehearsal' ? this.word('rehearsal', 'Rehearsal') : '');
  }

  stripAmount(element, value, label) {
    setText(element, `${label} ${formatBlind(value, this.options.precision)}`.trim());
    setData(element, 'value', value);
  }

  drawSeats(state) {
    const taken = state.seats.filter((seat) => seat.status !== 'empty').length;
    setData(this.seatsBox, 'count', taken);
    const places = this.motion.places(this.plates);
    for (const seat of state.seats) this.plates[seat.seat - 1].draw(seat, state);
    this.motion.settle(this.plates, places);
  }

  drawBoard(hand, same) {
    setHidden(this.boardPanel, !hand);
    if (!hand) {
      this.board.replaceChildren();
      return;
    }
    const shown = Array.from(this.board.children, (card) => card.dataset.card);
    const wanted = hand.board;
    setData(this.board, 'value', wanted.join(' '));
    if (shown.join() !== wanted.join()) {
      const kept = shown.every((card, at) => card === wanted[at]) ? shown.length : 0;
      while (this.board.children.length > kept) this.board.lastElementChild.remove();
      const fresh = wanted.slice(kept).map(makeCard);
      this.board.append(...fresh);
      if (same) fresh.forEach((card, at) => this.motion.flip(card, at * 110));
    }
    setHidden(this.board, wanted.length === 0);
    setData(this.boardPanel, 'cards', wanted.length);
    setText(this.street, this.word(`street.${hand.street}`, hand.street));
    setHidden(this.street, !this.street.textContent);
    this.amount(this.pot, hand.pot);
    this.beside(this.potBigBlinds, hand.pot);
    this.drawPots(hand.pots);
  }

  drawPots(pots) {
    const wanted = pots.length > 1 ? pots : [];
    while (this.pots.children.length > wanted.length) this.pots.lastElementChild.remove();
    wanted.forEach((pot, at) => {
      let item = this.pots.children[at];
      if (!item) {
        item = h('span', { class: 'side', data: { pot: at } }, h('span', { class: 'label' }), h('span', {}));
        this.pots.append(item);
      }
      const number = wanted.length > 2 && at ? ` ${at}` : '';
      setText(item.firstElementChild, at ? `${this.word('side_pot', '')}${number}` : this.word('main_pot', ''));
      setText(item.lastElementChild, this.money(pot.amount));
      setData(item, 'value', pot.amount);
      setData(item, 'eligible', pot.eligible.join(' '));
    });
    setHidden(this.pots, wanted.length === 0);
    setData(this.pots, 'count', wanted.length);
  }

  drawBanner(hand) {
    const wins = hand ? hand.winners : [];
    const key = wins.length ? `${hand.hand_id} ${JSON.stringify(wins)}` : '';
    if (this.banner.dataset.key !== key) {
      const rows = key ? this.bannerRows(wins) : [];
      const appears = key && !this.banner.children.length;
      setData(this.banner, 'key', key);
      this.banner.replaceChildren(...rows);
      if (appears) this.motion.rise(this.banner);
    }
    setHidden(this.banner, !key);
  }

  // One row a winner, all his pots together; the hand is that of his first pot.
  bannerRows(wins) {
    const bySeat = new Map();
    for (const win of wins) {
      const sum = bySeat.get(win.seat) || { seat: win.seat, amount: 0, hand: null };
      bySeat.set(win.seat, { seat: win.seat, amount: sum.amount + win.amount, hand: sum.hand || win.hand });
    }
    const rows = [...bySeat.values()].sort((one, other) => other.amount - one.amount);
    const shown = rows.slice(0, rows.length > BANNER_NAMES ? BANNER_NAMES - 1 : BANNER_NAMES);
    const elements = shown.map((win) => h('div', { class: 'win', data: { winner: win.seat, value: win.amount } },
      h('span', { class: 'win-name' }, this.nameOf(win.seat)),
      h('span', { class: 'win-verb' }, this.word('wins', '')),
      h('span', { class: 'win-amount' }, this.money(win.amount)),
      win.hand ? h('span', { class: 'win-hand' }, win.hand) : null));
    const rest = rows.slice(shown.length);
    if (rest.length) {
      elements.push(h('div', { class: 'win win-rest' }, h('span', { class: 'win-name' },
        `+ ${rest.map((win) => `${this.nameOf(win.seat)} ${this.money(win.amount)}`).join(' \u00b7 ')}`)));
    }
    return elements;
  }

  nameOf(seat) {
    const view = this.state.seats[seat - 1];
    return view.name || `#${seat}`;
  }
}

// One seat: cards, name, stack, share of the win; beside it what the seat did.
class Plate {
  constructor(seat, view) {
    this.view = view;
    this.handId = null;
    this.element = h('article', { class: 'plate', data: { seat }, hidden: true });
    this.hole = field('hole', 'div');
    this.position = field('position');
    this.name = field('name');
    this.stack = field('stack');
    this.stackBigBlinds = field('stack_bb', 'span', 'in-bb');
    this.equity = field('equity');
    this.win = field('win', 'i', 'share-win');
    this.tie = field('tie', 'i', 'share-tie');
    this.share = h('div', { class: 'share' }, this.win, this.tie);
    this.status = field('status', 'span', 'tag status');
    this.action = field('action', 'span', 'tag action');
    this.bet = field('bet', 'span', 'tag bet');
    this.made = field('made', 'span', 'tag made');
    this.won = field('won', 'span', 'tag won');
    const who = h('div', { class: 'who' },
      h('div', { class: 'first' }, this.name, this.position),
      h('div', { class: 'second' }, this.stack, this.stackBigBlinds));
    this.body = h('div', { class: 'body' }, this.hole, who, this.equity, this.share);
    const deeds = h('div', { class: 'deeds' }, this.status, this.action, this.bet, this.won);
    this.tags = h('div', { class: 'tags' }, deeds, this.made);
    this.element.append(this.body, this.tags);
  }

  draw(seat, state) {
    const { view } = this;
    const hand = state.hand;
    const handId = hand ? hand.hand_id : null;
    this.sameHand = handId === this.handId;
    this.handId = handId;
    const gone = seat.status === 'folded' || seat.status === 'mucked' || (seat.status === 'out' && hand !== null);
    const absent = seat.status === 'empty' || (gone && view.options.density === 'compact');
    setData(this.element, 'status', seat.status);
    setData(this.element, 'gone', gone ? '1' : '0');
    setData(this.element, 'toAct', hand && hand.to_act === seat.seat ? '1' : '0');
    setData(this.element, 'won', seat.won ? '1' : '0');
    view.motion.presence(this.element, !absent);
    setText(this.name, seat.name || '');
    setData(this.name, 'long', (seat.name || '').length > 15 ? '1' : '0');
    setText(this.position, seat.position === 'BTN' ? 'D' : seat.position || '');
    setData(this.position, 'value', seat.position);
    setHidden(this.position, !seat.position);
    view.amount(this.stack, seat.stack);
    setData(this.stack, 'long', seat.stack >= 1e10 && view.options.precision === 'exact' ? '1' : '0');
    view.beside(this.stackBigBlinds, seat.stack);
    this.drawHole(seat);
    this.drawShare(seat, gone);
    this.drawTags(seat, hand);
  }

  // Cards known by name lie face up, the others as backs; a folded hand leaves the picture.
  drawHole(seat) {
    const known = seat.hole || [];
    const held = seat.status === 'folded' || seat.status === 'mucked' || seat.status === 'empty' ? 0
      : Math.max(seat.cards, known.length);
    const wanted = [];
    for (let at = 0; at < held; at += 1) wanted.push(known[at] || '');
    setData(this.hole, 'value', known.join(' '));
    setData(this.hole, 'count', held);
    setHidden(this.hole, held === 0);
    const { motion } = this.view;
    wanted.forEach((card, at) => {
      const shown = this.hole.children[at];
      if (shown && shown.dataset.card === card) return;
      const fresh = makeCard(card);
      if (shown) shown.replaceWith(fresh);
      else this.hole.append(fresh);
      if (card) motion.flip(fresh, at * 60);
      else if (!shown) motion.appear(fresh);
    });
    while (this.hole.children.length > held) this.hole.lastElementChild.remove();
  }

  drawShare(seat, gone) {
    const known = seat.equity !== null && !gone;
    setHidden(this.equity, !known);
    setHidden(this.share, !known);
    setData(this.equity, 'value', seat.equity);
    // What is not counted exactly says so: a sample, or an average over cards that were not read.
    const about = known && (seat.equity_unread || seat.equity_error > 0);
    setText(this.equity, known ? `${about ? '≈' : ''}${formatShare(seat.equity)}` : '');
    setData(this.win, 'value', seat.win);
    setData(this.tie, 'value', seat.tie);
    if (!known) return;
    const win = seat.win === null ? seat.equity : seat.win;
    this.share.classList.toggle('moving', this.view.motion.on);
    this.win.style.width = `${win / 100}%`;
    this.tie.style.width = `${Math.max(0, seat.equity - win) / 100}%`;
  }

  drawTags(seat, hand) {
    const { view } = this;
    const act = lastAct(seat, hand);
    const label = act ? view.word(`action.${act.action}`, act.action.replace(/_/g, ' ')) : '';
    const over = hand && hand.street === 'complete';
    const talks = Boolean(act && hand && !over && label && act.street === talkedStreet(hand));
    const money = act && act.action !== 'fold' && act.action !== 'check' && act.to > 0;
    const said = talks ? `${label}${money ? ` ${view.money(act.to)}` : ''}` : '';
    // A fold is told once, while it is news; after that the grey plate says it. All-in says more than bet or call.
    const news = act !== null && (act.action !== 'fold' || isLast(act, hand));
    const pushed = talks && act.all_in && seat.status === 'all_in';
    this.tag(this.action, said, talks && news && !pushed);
    setData(this.action, 'kind', act ? act.action : '');
    setData(this.action, 'value', act ? act.to : '');
    this.tag(this.bet, seat.bet ? view.money(seat.bet) : '', seat.bet > 0 && !talks);
    setData(this.bet, 'value', seat.bet);
    setData(this.status, 'value', seat.status);
    const state = hand && seat.status !== 'in' && seat.status !== 'empty' ? view.word(`status.${seat.status}`, '') : '';
    const status = pushed && money ? `${state} ${view.money(act.to)}` : state;
    const worthIt = seat.status !== 'folded' && !(over && seat.status === 'all_in');
    this.tag(this.status, status, Boolean(status) && worthIt);
    this.tag(this.won, seat.won ? `+${view.money(seat.won)}` : '', Boolean(seat.won));
    setData(this.won, 'value', seat.won);
    // Named when all five cards are out: before that it is the commentator's.
    const out = hand && hand.board.length === 5 && seat.status !== 'folded' && seat.status !== 'mucked';
    const made = (out && seat.made) || '';
    this.tag(this.made, made, Boolean(made));
    setData(this.made, 'value', seat.made);
  }

  tag(element, text, visible) {
    const news = visible && (element.hidden || element.textContent !== text);
    setText(element, text);
    setHidden(element, !visible);
    if (news) this.view.motion.pop(element);
  }
}
