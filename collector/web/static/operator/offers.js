// What the keys of the page do now. Pure: no page, no network. The collector says what may come, `hand.legal` how much.

import { COMMAND_LABELS } from '../shared/command_labels.js';
import { may } from '../shared/may.js';

// The acts of the seat to act: {seat, name, fold, check, call, raise, allIn, allInTo, bringIn}. Null: nobody's turn.
// `raise`: 'bet', 'raise_to' or null. `call`, `bringIn`: chips. `allInTo`: the bet that all-in makes.
export function actsOf(state) {
  const legal = state && state.hand && state.hand.legal;
  if (!legal) return null;
  const seat = state.seats[legal.seat - 1];
  const own = (type) => may(state, type, legal.seat);
  return {
    seat: legal.seat,
    name: seat.name || `Seat ${legal.seat}`,
    fold: own('fold'),
    check: own('check'),
    call: own('call') ? legal.call : 0,
    raise: ['bet', 'raise_to'].find(own) || null,
    allIn: own('all_in'),
    allInTo: legal.all_in_to ?? seat.bet + legal.call, // nobody can answer more than the call
    bringIn: own('bring_in') ? legal.bring_in : null,
  };
}

// What N does: 'start', 'next' (the hand on the table can be put away) or null. Whether the table can start a hand is
// not asked: the refusal says what is missing.
export function nextStep(state) {
  if (!state) return null;
  if (!state.hand) return 'start';
  return may(state, 'end_hand') ? 'next' : null;
}

// Whether the hand on the table is being played. A finished one stays in view until it is put away.
export function isPlaying(state) {
  return Boolean(state && state.hand) && state.hand.waiting_for !== 'next_hand';
}

// A command as people are told of it.
export function nameOfCommand(command) {
  const name = COMMAND_LABELS[command.type];
  return command.seat ? `${name}, seat ${command.seat}` : name;
}
