// All tables of the event: who moves, which table breaks or waits, rounds of hand for hand and their places. The house
// says what the rules want; a proposal is done when somebody touches it, by its commands in order, each to its table.

import { h } from '../shared/dom.js';
import { Sender } from '../shared/sender.js';
import { houseDesk, tableDesk } from '../shared/topics.js';
import { button, form, labelled, readAmount, textInput } from './forms.js';

const PROPOSAL = 'FLOOR_PROPOSAL'; // the code of an answer: nothing was done

export class EventTables {
  // say(text, tone): shows a line; redraw(): the form has changed.
  constructor(feed, say, redraw) {
    this.say = say;
    this.redraw = redraw;
    this.question = null;
    this.proposals = [];
    this.target = feed.at.table;
    const heard = { onChange: () => {}, onAnswer: () => {} };
    this.house = new Sender(feed, houseDesk, heard);
    const deskOf = (user) => ({ commands: tableDesk(this.target, user).commands, replies: tableDesk('+', user).replies });
    this.tables = new Sender(feed, deskOf, heard);
  }

  get busy() {
    return this.house.busy || this.tables.busy;
  }

  // Asks the house, and keeps what it proposes.
  async ask(state, body) {
    if (this.busy) return;
    this.question = { event_id: state.event_id, ...body };
    await this.refresh();
  }

  async refresh() {
    const reply = await this.house.send(this.question);
    const answered = reply !== null && !reply.accepted && reply.error.code === PROPOSAL;
    this.proposals = answered ? reply.error.details.proposals || [] : [];
    if (reply === null) this.say('The house has not answered. Ask again.', 'bad');
    else this.say(reply.error ? reply.error.message : '', answered ? '' : 'bad');
    this.redraw();
  }

  // Tells the house something that holds from now on.
  async tell(state, body, done) {
    if (this.busy) return;
    const reply = await this.house.send({ event_id: state.event_id, ...body });
    this.proposals = [];
    if (reply === null) this.say('The house has not answered. Look, then enter it again.', 'bad');
    else this.say(reply.accepted ? done : reply.error.message, reply.accepted ? '' : 'bad');
    this.redraw();
  }

  // One refusal ends it: what stands behind rests on what was refused.
  async carryOut(proposal) {
    if (this.busy) return;
    for (const { table_id: table, command } of proposal.commands) {
      this.target = table;
      const reply = await this.tables.send(command);
      if (reply === null || !reply.accepted) {
        this.say(reply === null ? `${table} has not answered. Look there, then ask again.` : `${table}: ${reply.error.message}`, 'bad');
        return;
      }
    }
    await this.refresh();
  }

  form(state) {
    if (state.profile !== 'tournament') return null;
    const remaining = textInput('event-remaining', '', { inputmode: 'numeric', placeholder: 'as told' });
    const elsewhere = textInput('event-elsewhere', '0', { inputmode: 'numeric' });
    const seats = textInput('plan-seats', '9', { inputmode: 'numeric' });
    const order = textInput('plan-order', '', { placeholder: 'table_03, table_02' });
    const plan = () => {
      const [most, tables] = [readAmount(seats), order.value.split(/[\s,]+/).filter(Boolean)];
      if (most) this.tell(state, { type: 'set_table_plan', seats: most, order: tables }, 'Planned.');
    };
    const round = () => {
      const left = remaining.value.trim() ? readAmount(remaining) : undefined;
      if (left !== null) this.tell(state, { type: 'hand_for_hand', ...(left ? { remaining: left } : {}) }, 'The round has begun: one hand at each table.');
    };
    const places = () => {
      const out = readAmount(elsewhere);
      if (out !== null) this.ask(state, { type: 'propose_places', elsewhere: out });
    };
    return form('All tables of the event', plan,
      button('ask-moves', 'Who moves? (TDA 11)', () => this.ask(state, { type: 'propose_moves' })),
      button('break-table', `Break ${state.table_id} (TDA 10)`, () => this.tell(state, { type: 'break_table', table_id: state.table_id }, 'The seats are drawn: ask who moves.'), 'warn'),
      labelled('Players in, whole event', remaining), button('next-round', 'Hand for hand: next round', round),
      labelled('Out at other tables', elsewhere), button('ask-places', 'Places of the round (TDA RP-8)', places),
      button('end-rounds', 'End hand for hand', () => this.tell(state, { type: 'hand_for_hand', on: false }, 'Hand for hand is over.')),
      labelled('Seats of a full table', seats), labelled('Tables break in this order', order),
      h('button', { type: 'submit', class: 'key', id: 'set-plan' }, 'Set the plan (TDA 11-C)'),
      this.list());
  }

  list() {
    return h('ol', { id: 'proposals' }, ...this.proposals.map((each, at) => h('li', {}, `${each.rule}: ${each.say} `,
      (each.commands || []).length ? button(`do-${at}`, 'Do it', () => this.carryOut(each), 'go') : null)));
  }
}
