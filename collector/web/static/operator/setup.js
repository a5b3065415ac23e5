// Seats, blinds and the button; what concerns the table as a whole is in table_forms.js.

import { exactChips } from '../shared/chips.js';
import { find, h, isolated, setText } from '../shared/dom.js';
import { seatsFor } from '../shared/may.js';
import { airForms } from './air_forms.js';
import { bankForms } from './bank_forms.js';
import { button, form, labelled, readAmount, textInput } from './forms.js';
import { tableForms } from './table_forms.js';

// "Jun-ho Park" at seat 10 -> p_jun_ho_park; a name without Latin letters gives p_seat_10.
function suggestPlayerId(name, seat) {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 58);
  return slug ? `p_${slug}` : `p_seat_${seat}`;
}

export class SetupPanel {
  // event: of event_tables.js, whose form stands here too.
  constructor(command, event) {
    this.command = command;
    this.event = event;
    this.dialog = find('setup');
    this.seat = 1;
  }

  open(state, seat) {
    this.state = state;
    const [vacant] = seatsFor(state, 'seat_player') || [1];
    this.seat = seat || vacant;
    this.build();
    if (!this.dialog.open) this.dialog.showModal();
  }

  // While it is open only what it shows of the state changes; what is being typed stays.
  refresh(state) {
    const before = this.state;
    this.state = state;
    if (!this.dialog.open || !before) return;
    const shown = (table) => {
      const view = table.seats[this.seat - 1];
      return JSON.stringify([view.status === 'empty', view.player_id, view.name, table.behind, ['rebuy', 'disqualify', 'collect_time'].map((type) => seatsFor(table, type)), (table.tournament || {}).eliminated, table.game, table.profile, table.house_rules, table.flow, table.decks, table.mode, table.release]);
    };
    if (shown(before) !== shown(state)) this.build();
    else this.drawSeats();
  }

  build() {
    find('setup-body').replaceChildren(this.seatRow(), this.seatForm(), this.blindsForm(), ...bankForms(this.state, this.command, this.seat), ...tableForms(this.state, this.command), ...airForms(this.state, this.command), ...[this.event.form(this.state)].filter(Boolean));
    this.drawSeats();
  }

  // What the house has answered is shown where it was asked.
  rebuild() {
    if (this.dialog.open && this.state) this.build();
  }

  seatRow() {
    this.row = h('div', { class: 'seat-row', role: 'group', 'aria-label': 'Seat' });
    for (let seat = 1; seat <= 10; seat += 1) {
      this.row.append(h('button', {
        type: 'button', class: 'key', data: { setupSeat: seat }, onclick: () => { this.seat = seat; this.build(); },
      }));
    }
    return this.row;
  }

  drawSeats() {
    for (const button of this.row.children) {
      const seat = Number(button.dataset.setupSeat);
      const view = this.state.seats[seat - 1];
      setText(button, `${seat} ${view.status === 'empty' ? '\u2013' : isolated(view.name)}`);
      button.setAttribute('aria-pressed', String(seat === this.seat));
    }
  }

  seatForm() {
    const view = this.state.seats[this.seat - 1];
    return view.status === 'empty' ? this.newPlayer() : this.player(view);
  }

  newPlayer() {
    const { seat } = this;
    const name = textInput('player-name', '', { maxlength: 60 });
    const id = textInput('player-id', '', { maxlength: 64, pattern: 'p_[a-z0-9_]{1,62}' });
    const stack = textInput('player-stack', '');
    let own = false;
    name.addEventListener('input', () => { if (!own) id.value = name.value.trim() ? suggestPlayerId(name.value, seat) : ''; });
    id.addEventListener('input', () => { own = id.value !== ''; });
    const take = () => {
      const amount = readAmount(stack);
      const fits = name.value.trim() && /^p_[a-z0-9_]{1,62}$/.test(id.value);
      name.setAttribute('aria-invalid', String(!name.value.trim()));
      id.setAttribute('aria-invalid', String(!/^p_[a-z0-9_]{1,62}$/.test(id.value)));
      if (fits && amount !== null) this.command({ type: 'seat_player', seat, player_id: id.value, name: name.value.trim(), stack: amount });
    };
    return form(`Seat ${seat} is empty`, take,
      labelled('Name', name), labelled('Player id', id), labelled('Stack', stack),
      h('button', { type: 'submit', class: 'key go', id: 'seat-player' }, 'Seat the player'));
  }

  player(view) {
    const { seat } = this;
    const stack = textInput('player-stack', exactChips(view.stack));
    const out = view.status === 'out' && !this.state.hand;
    const key = (id, label, body, extra) => button(id, label, () => this.command(body), extra);
    const setStack = () => {
      const amount = readAmount(stack);
      if (amount !== null) this.command({ type: 'set_stack', seat, stack: amount });
    };
    return form(`Seat ${seat}: ${isolated(view.name)} (${view.player_id})${out ? ', sitting out' : ''}`, setStack,
      labelled('Stack', stack), h('button', { type: 'submit', class: 'key', id: 'set-stack' }, 'Set the stack'),
      key('sit-out', 'Sit out', { type: 'sit_out', seat, out: true }),
      key('sit-in', 'Back in', { type: 'sit_out', seat, out: false }),
      key('set-button', 'Button here', { type: 'set_button', seat }),
      key('remove-player', 'Remove the player', { type: 'remove_player', seat }, 'warn'));
  }

  blindsForm() {
    const blinds = this.state.blinds || { small_blind: 0, big_blind: 0, ante: 0, big_blind_ante: 0 };
    const inputs = {
      small_blind: textInput('small-blind', exactChips(blinds.small_blind)),
      big_blind: textInput('big-blind', exactChips(blinds.big_blind)),
      ante: textInput('ante', exactChips(blinds.ante)),
      big_blind_ante: textInput('big-blind-ante', exactChips(blinds.big_blind_ante)),
      button_blind: textInput('button-blind', exactChips(blinds.button_blind || 0)),
    };
    const set = () => {
      const body = { type: 'set_blinds' };
      for (const [name, input] of Object.entries(inputs)) body[name] = readAmount(input);
      inputs.big_blind.setAttribute('aria-invalid', String(!body.big_blind));
      if (body.big_blind && !Object.values(body).includes(null)) this.command(body);
    };
    return form('Blinds from the next hand on', set,
      labelled('Small blind', inputs.small_blind), labelled('Big blind', inputs.big_blind),
      labelled('Ante, each', inputs.ante), labelled('Big blind ante', inputs.big_blind_ante),
      labelled('Live blind of the button', inputs.button_blind),
      h('button', { type: 'submit', class: 'key', id: 'set-blinds' }, 'Set the blinds'));
  }
}
