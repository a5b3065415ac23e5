// Corrections of hands that are over: choose a hand, choose what was entered, say what it was, look, then amend.
//
// The hands come from REST, where every act names its fact in the log. Nothing is changed before the second touch.

import { exactChips } from '../shared/chips.js';
import { find, h, isolated, setText } from '../shared/dom.js';
import { button, form, labelled, readAmount, select, textInput } from './forms.js';

const MOST = 12;
const OPERATED = ['fold', 'check', 'call', 'bet', 'raise', 'show', 'muck', 'draw', 'bring_in'];
const ACTS = [
  ['fold', 'Fold'], ['check', 'Check'], ['call', 'Call'], ['bet', 'Bet'], ['raise_to', 'Raise to'], ['all_in', 'All-in'],
  ['', 'It did not happen'],
];

const AWAY = 'The finished hands cannot be read now. Try again in a few seconds.';
const REFUSED = {
  401: 'Sign in first, in this browser: the page is /login/.',
  403: 'You may not read finished hands; ask an admin for read:hands.',
  404: 'You may not read the hands of this table; ask an admin for a grant.',
};

export class AmendDialog {
  constructor(command) {
    this.command = command;
    this.dialog = find('amend');
    this.changes = new Map(); // fact in the log: {command, words}
    find('amend-close').addEventListener('click', () => this.dialog.close());
  }

  async open(state) {
    this.state = state;
    this.hands = [];
    this.hand = null;
    this.clear();
    this.dialog.showModal();
    const where = `/api/v1/events/${state.event_id}/hands?table_id=${state.table_id}&limit=${MOST}`;
    try {
      const answer = await fetch(where);
      if (!answer.ok) throw new Error(REFUSED[answer.status] || AWAY);
      this.hands = (await answer.json()).hands.filter((each) => !each.void);
      this.note(this.hands.length ? '' : 'No hand of this table is over yet.');
    } catch (error) {
      this.note(Object.values(REFUSED).includes(error.message) ? error.message : AWAY);
    }
    this.build();
  }

  clear() {
    this.changes.clear();
    this.seen = null;
    this.act = null;
  }

  note(text) {
    setText(find('amend-note'), text);
  }

  build() {
    find('amend-hands').replaceChildren(...this.hands.map((each) => h('button', {
      type: 'button', class: 'key small', data: { hand: each.hand_id }, 'aria-pressed': String(each === this.hand),
      onclick: () => { this.hand = each; this.clear(); this.build(); },
    }, `Hand ${each.hand_number}`)));
    find('amend-acts').replaceChildren(...this.acts());
    find('amend-edit').replaceChildren(...(this.act ? [this.edit()] : []), ...this.staged());
    find('amend-preview').replaceChildren(...this.differences());
  }

  acts() {
    if (!this.hand) return [];
    return this.hand.actions.filter((act) => act.fact && OPERATED.includes(act.action)).map((act) => {
      const change = this.changes.get(act.fact);
      const amount = act.to ? ` to ${exactChips(act.to)}` : '';
      return h('button', {
        type: 'button', class: `key small${change ? ' go' : ''}`, data: { fact: act.fact }, 'aria-pressed': String(act === this.act),
        onclick: () => { this.act = act; this.build(); },
      }, `${act.street}: seat ${act.seat} ${act.action}${amount}${change ? ` \u2192 ${change.words}` : ''}`);
    });
  }

  edit() {
    const { act } = this;
    const kind = select('amend-kind', ACTS, act.action === 'raise' ? 'raise_to' : act.action);
    const amount = textInput('amend-amount', act.to ? exactChips(act.to) : '');
    const stage = () => {
      const sized = ['bet', 'raise_to'].includes(kind.value);
      const chips = sized ? readAmount(amount) : 0;
      if (chips === null) return;
      const command = kind.value ? { type: kind.value, seat: act.seat, ...(sized ? { amount: chips } : {}) } : null;
      const words = kind.value ? `${kind.selectedOptions[0].textContent}${sized ? ` ${exactChips(chips)}` : ''}` : 'taken out';
      this.changes.set(act.fact, { command, words });
      this.act = null;
      this.seen = null;
      this.build();
    };
    return form(`${act.street}: what seat ${act.seat} did`, stage, labelled('It was', kind), labelled('Total', amount),
      h('button', { type: 'submit', class: 'key', id: 'amend-stage' }, 'So it was'));
  }

  staged() {
    if (!this.changes.size) return [];
    return [h('div', { class: 'pair' },
      button('amend-look', 'See what would change', () => this.send(null)),
      button('amend-forget', 'Forget', () => { this.clear(); this.build(); }))];
  }

  listed() {
    return [...this.changes].map(([seq, { command }]) => ({ seq, command }));
  }

  // The first answer is a refusal that holds every difference and its digest; sent again with it, it is done.
  async send(digest) {
    const reply = await this.command({ type: 'amend', changes: this.listed(), ...(digest ? { digest } : {}) });
    if (!reply) return;
    if (reply.accepted) {
      this.dialog.close();
      return;
    }
    const preview = reply.error.code === 'AMEND_PREVIEW';
    this.seen = preview ? reply.error.details : null;
    this.note(preview ? '' : reply.error.message);
    this.build();
  }

  differences() {
    if (!this.seen) return [];
    const lines = this.seen.differences.flatMap((each) => lineOf(each, this.state));
    const rows = lines.length ? lines : ['Nothing that shows would change.'];
    return [h('h3', {}, 'This would change'), h('ul', { id: 'amend-lines' }, ...rows.map((line) => h('li', {}, line))),
      button('amend-do', 'Amend', () => this.send(this.seen.digest), 'warn')];
  }
}

function lineOf({ hand_number: number, before, after }, state) {
  const name = (seat) => `seat ${seat}${state.seats[seat - 1] && state.seats[seat - 1].name ? ` ${isolated(state.seats[seat - 1].name)}` : ''}`;
  const lines = [];
  for (const [seat, stack] of Object.entries(after.stacks)) {
    const was = before.stacks[seat];
    if (was !== stack) lines.push(`Hand ${number}: ${name(Number(seat))} ends with ${exactChips(stack)}, not ${exactChips(was || 0)}`);
  }
  const won = (hand) => hand.winners.map(([seat, amount]) => `seat ${seat} ${exactChips(amount)}`).join(', ') || 'nobody';
  if (won(before) !== won(after)) lines.push(`Hand ${number}: won by ${won(after)}, not ${won(before)}`);
  if (before.void !== after.void) lines.push(`Hand ${number}: ${after.void ? 'void' : 'no longer void'}`);
  return lines;
}
