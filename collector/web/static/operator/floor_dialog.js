// What the floor rules. It offers what the collector says may come now, nothing else.

import { parseCards } from '../shared/cards.js';
import { exactChips } from '../shared/chips.js';
import { COMMAND_LABELS } from '../shared/command_labels.js';
import { find, h, isolated, setText } from '../shared/dom.js';
import { may, seatsFor } from '../shared/may.js';
import { button, form, labelled, readAmount, select, textInput } from './forms.js';

const REASONS = ['exposed', 'fouled', 'abandoned', 'penalty', 'dealer error'];
// what a seat that only said what it would do made it depend on (TDA 59)
const WHEN = [['', 'it acted'], ['bet', 'if somebody bets'], ['check', 'if nobody bets'], ['any', 'whatever comes']];
const ACTS = ['fold', 'check', 'call', 'all_in'];
// type, words, whether a card goes with it, whether a reason does
const BY_SEAT = [
  ['dead_hand', 'Dead hand', false, true],
  ['retrieve_hand', 'Give the hand back', false, true],
  ['expose_card', 'Card exposed', true, false],
  ['replace_card', 'Card replaced', true, true],
  ['unposted_found', 'Dealt in unposted, it has looked', false, false],
];
// words that were said first, and what was done with the chips of a prior bet
const SAID = [['', 'nothing'], ['raise', 'raise'], ['call', 'call'], ['all_in', 'all-in']];
const PRIOR = [['left', 'left there'], ['part', 'partly pulled back'], ['back', 'pulled back']];
const WITH_CARD = [
  ['rabbit_card', 'Rabbit card', 'card'],
  ['boxed_card', 'Boxed card', 'card'],
  ['community_card', 'A card for all', 'card'],
];

export class FloorDialog {
  constructor(command) {
    this.command = command;
    this.dialog = find('floor');
    this.seat = null;
  }

  open(state) {
    if (!state.hand) return;
    this.seat = state.hand.to_act || null;
    this.build(state);
    this.dialog.showModal();
  }

  refresh(state) {
    if (!this.dialog.open) return;
    if (!state.hand) this.dialog.close();
    else if (state.decision !== this.decision) this.build(state);
  }

  build(state) {
    this.state = state;
    this.decision = state.decision;
    find('floor-body').replaceChildren(
      ...[this.turnForm(), this.seatForm(), this.partForm(), this.earlyForm(), this.tableForm(), this.awardForm()].filter(Boolean));
  }

  // The seat to act: its chips, the clock, passive action; chips behind an all-in.
  turnForm() {
    const found = ['put_in', 'call_clock', 'time_up'].map((type) => seatsFor(this.state, type)).find(Boolean);
    const behind = seatsFor(this.state, 'chips_found');
    if (!found && !behind) return null;
    const [seat] = found || behind;
    const open = (type) => may(this.state, type, seat);
    const limit = textInput('limit-reason', 'said check facing a bet', { maxlength: 60 });
    const extra = textInput('found-chips', '');
    const add = () => {
      const amount = readAmount(extra);
      if (amount) this.command({ type: 'chips_found', seat: behind[0], amount });
    };
    const put = open('put_in') ? this.putIn(seat) : { send: () => {}, fields: [] };
    return form(`Seat ${seat}: chips without a word, the clock`, put.send, ...put.fields,
      ...(open('limit_seat') ? [labelled('Reason', limit), button('limit-seat', 'No raise this time', () => this.command({ type: 'limit_seat', seat, reason: limit.value.trim() || 'skipped' }))] : []),
      ...(open('call_clock') ? [button('call-clock', 'Clock', () => this.command({ type: 'call_clock', seat }))] : []),
      ...(open('use_time_bank') ? [button('use-time-bank', `Time chip (${(this.state.time_bank || {})[seat]} left)`, () => this.command({ type: 'use_time_bank', seat }))] : []),
      ...(open('time_up') ? [button('time-up', 'Time is up', () => this.command({ type: 'time_up', seat }), 'warn')] : []),
      ...(behind ? [labelled(`Found behind seat ${behind[0]}`, extra), button('chips-found', 'Chips found', add)] : []));
  }

  // The rulings of the hand say afterwards what the chips count as, and why.
  putIn(seat) {
    const chips = textInput('put-chips', '', { placeholder: '1000 500' });
    const said = select('put-said', SAID, '');
    const prior = select('put-prior', PRIOR, 'left');
    const unclear = textInput('put-unclear', '', { inputmode: 'numeric', placeholder: '5' });
    const send = () => {
      const list = chips.value.trim().split(/[\s+]+/).filter(Boolean).map(Number);
      const number = Number(unclear.value || 0);
      const fits = [...list, number + 1].every((each) => Number.isInteger(each) && each > 0);
      chips.setAttribute('aria-invalid', String(!fits));
      if (fits) this.command({ type: 'put_in', seat, chips: list, declared: said.value, prior: prior.value, unclear: number });
    };
    return { send, fields: [labelled('Chips put in', chips), labelled('Said first', said), labelled('Prior bet', prior),
      labelled('An unclear number', unclear), h('button', { type: 'submit', class: 'key', id: 'put-in' }, 'What is it worth')] };
  }

  seatForm() {
    const open = BY_SEAT.filter(([type]) => may(this.state, type));
    if (!open.length) return null;
    const seats = [...new Set(open.flatMap(([type]) => seatsFor(this.state, type)))].sort((one, other) => one - other);
    if (!seats.includes(this.seat)) [this.seat] = seats;
    const reason = textInput('floor-reason', '', { list: 'floor-reasons', maxlength: 60, placeholder: 'why' });
    const card = textInput('floor-card', '', { placeholder: 'As', maxlength: 3 });
    const row = h('div', { class: 'seat-row', role: 'group', 'aria-label': 'Seat' }, ...seats.map((seat) => h('button', {
      type: 'button', class: 'key', data: { floorSeat: seat }, 'aria-pressed': String(seat === this.seat),
      onclick: () => { this.seat = seat; this.build(this.state); },
    }, `${seat} ${isolated(this.state.seats[seat - 1].name || '')}`)));
    const acts = open.filter(([type]) => may(this.state, type, this.seat)).map(([type, words, needsCard, needsReason]) => button(
      `floor-${type}`, words, () => this.bySeat(type, needsCard && card, needsReason && reason), type === 'dead_hand' ? 'warn' : ''));
    return form('A player\u2019s hand', () => {}, row, labelled('Reason', reason), labelled('Card', card), ...acts,
      h('datalist', { id: 'floor-reasons' }, ...REASONS.map((text) => h('option', { value: text }))));
  }

  // A player shows a card of its hand. What one has seen all may see; the floor may have the rest tabled.
  partForm() {
    const showing = seatsFor(this.state, 'expose_card');
    if (!showing) return null;
    const asked = seatsFor(this.state, 'show_rest') || [];
    const seat = select('part-seat', showing.map((each) => [String(each), `Seat ${each}`]), String(asked[0] || this.seat || showing[0]));
    const seen = select('part-seen', [['', 'everybody'], ...this.state.seats.filter((view) => view.status !== 'empty').map((view) => [String(view.seat), `seat ${view.seat}`])], '');
    const card = textInput('part-card', '', { placeholder: 'As', maxlength: 3 });
    const shown = () => {
      const body = { type: 'expose_card', seat: Number(seat.value), by_choice: true };
      if (seen.value && seen.value !== seat.value) body.to_seat = Number(seen.value);
      if (this.named(card, body)) this.command(body);
    };
    const rest = (all) => () => this.command({ type: 'show_rest', seat: asked[0], rest: all });
    return form('A hand that is shown in part', shown, labelled('Seat', seat), labelled('Card', card), labelled('Seen by', seen),
      h('button', { type: 'submit', class: 'key', id: 'part-shown' }, 'It shows this card'),
      ...(asked.length ? [button('show-rest', `Seat ${asked[0]}: table the whole hand`, rest(true)), button('show-no-more', `Seat ${asked[0]}: no more is shown`, rest(false))] : []));
  }

  bySeat(type, card, reason) {
    const body = { type, seat: this.seat };
    if (card && !this.named(card, body)) return;
    if (reason) body.reason = reason.value.trim() || REASONS[REASONS.length - 1];
    this.command(body);
  }

  named(input, body) {
    const cards = parseCards(input.value);
    const fits = cards !== null && cards.length === 1;
    input.setAttribute('aria-invalid', String(!fits));
    if (fits) [body.card] = cards;
    return fits;
  }

  earlyForm() {
    const early = seatsFor(this.state, 'out_of_turn');
    if (!early) return null;
    const seat = select('early-seat', early.map((each) => [String(each), `Seat ${each}`]), '');
    const when = select('early-when', WHEN, '');
    const free = select('early-free', [['', 'binds'], ['free', 'does not bind']], '');
    const send = (action) => this.command({
      type: 'out_of_turn', seat: Number(seat.value), action,
      ...(when.value ? { condition: when.value } : {}), ...(free.value ? { free: true } : {}),
    });
    const raise = () => {
      when.setAttribute('aria-invalid', String(!when.value));
      if (when.value) send('raise_to');
    };
    return form('Acted out of turn, or said what it will do', () => {}, labelled('Seat', seat), labelled('Said', when), labelled('The floor rules', free),
      ...ACTS.map((action) => button(`early-${action}`, COMMAND_LABELS[action], () => send(action))),
      button('early-raise_to', 'Raise, as it said', raise));
  }

  tableForm() {
    const open = (type) => may(this.state, type);
    const card = textInput('table-card', '', { placeholder: 'As', maxlength: 3 });
    const carded = WITH_CARD.filter(([type]) => open(type));
    const found = [
      ...(open('run_board') ? [2, 3].map((times) => button(`run-${times}`, times === 2 ? 'Run it twice' : 'Run it three times', () => this.command({ type: 'run_board', times }))) : []),
      ...(open('chop') ? [button('chop', 'Chop the blinds', () => this.command({ type: 'chop' }))] : []),
      ...(open('burn_card') ? [button('burn', 'Burn', () => this.command({ type: 'burn_card' }))] : []),
      ...carded.map(([type, words]) => button(`floor-${type}`, words, () => {
        const body = { type };
        if (this.named(card, body)) this.command(body);
      })),
    ];
    if (!found.length) return null;
    return form('The table', () => {}, ...(carded.length ? [labelled('Card', card)] : []), ...found);
  }

  awardForm() {
    if (!may(this.state, 'award')) return null;
    const { hand } = this.state;
    const live = this.state.seats.filter((view) => ['in', 'all_in'].includes(view.status));
    const inputs = live.map((view) => [view, textInput(`award-${view.seat}`, '0')]);
    const reason = textInput('award-reason', 'as pushed', { maxlength: 60 });
    const left = h('p', { class: 'note', id: 'award-left' });
    const amounts = () => inputs.map(([view, input]) => ({ seat: view.seat, amount: readAmount(input) }));
    const rest = () => setText(left, `Left of the pot: ${exactChips(hand.pot - (hand.rake || 0) - amounts().reduce((sum, each) => sum + (each.amount || 0), 0))}`);
    for (const [, input] of inputs) input.addEventListener('input', rest);
    rest();
    const award = () => {
      const given = amounts();
      if (given.every((each) => each.amount !== null)) this.command({ type: 'award', amounts: given.filter((each) => each.amount), reason: reason.value.trim() || 'as pushed' });
    };
    return form('Award the pots by hand', award,
      ...inputs.map(([view, input]) => labelled(`${view.seat} ${isolated(view.name)}`, input)), labelled('Reason', reason), left,
      h('button', { type: 'submit', class: 'key go', id: 'award' }, 'Award'));
  }
}
