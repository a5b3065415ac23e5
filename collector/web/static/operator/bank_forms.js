// Chips that come in and leave between hands, and penalties. Each is there while the collector says that it may come.

import { h, isolated } from '../shared/dom.js';
import { may } from '../shared/may.js';
import { button, form, labelled, readAmount, select, textInput } from './forms.js';

export function bankForms(state, command, seat) {
  return [seatForm(state, command, seat), tableForm(state, command), timeForm(state, command), placeForm(state, command)].filter(Boolean);
}

function seatForm(state, command, seat) {
  if (!may(state, 'penalty', seat)) return null;
  const amount = textInput('rebuy-amount', '', { inputmode: 'numeric' });
  const rounds = textInput('penalty-rounds', '1', { inputmode: 'numeric' });
  const reason = textInput('penalty-reason', '', { maxlength: 60 });
  const why = () => reason.value.trim() || 'ruled by the floor';
  const rebuy = (behind) => () => {
    const chips = readAmount(amount);
    if (chips) command({ type: 'rebuy', seat, amount: chips, behind });
  };
  const penalise = () => {
    const number = readAmount(rounds);
    if (number !== null) command({ type: 'penalty', seat, rounds: number, reason: why() });
  };
  const open = (type) => may(state, type, seat);
  return form(`Seat ${seat}: rebuy, penalty`, () => {},
    ...(open('rebuy') ? [labelled('Rebuy', amount), button('rebuy', 'Chips are here', rebuy(false)), button('rebuy-behind', 'Play behind (TDA 27)', rebuy(true))] : []),
    ...(open('rebuy_paid') ? [button('rebuy-paid', 'Rebuy paid', () => command({ type: 'rebuy_paid', seat }))] : []),
    labelled('Rounds to miss; 0 lifts it', rounds), labelled('Reason', reason), button('penalise', 'Penalty (TDA 71)', penalise),
    ...(open('disqualify') ? [button('disqualify', 'Disqualify', () => command({ type: 'disqualify', seat, reason: why() }), 'warn')] : []));
}

// "1 75, 2 50" names the odd chips of seats 1 and 2; "1 3" the seats that won a chip.
export function readOdd(text) {
  const pairs = text.split(',').map((each) => each.trim().split(/\s+/).map(Number));
  const fits = pairs.every((pair) => pair.length === 2 && pair.every((each) => Number.isInteger(each) && each > 0));
  return fits ? pairs.map(([seat, amount]) => ({ seat, amount })) : null;
}

function tableForm(state, command) {
  if (!may(state, 'collect_time')) return null;
  const time = textInput('time-amount', '', { inputmode: 'numeric' });
  const chip = textInput('race-chip', '', { inputmode: 'numeric' });
  const odd = textInput('race-odd', '', { placeholder: '1 75, 2 50' });
  const won = textInput('race-won', '', { placeholder: '1' });
  const collect = () => {
    const amount = readAmount(time);
    if (amount) command({ type: 'collect_time', amount });
  };
  const race = () => {
    const [smallest, chips] = [readAmount(chip), readOdd(odd.value)];
    const winners = won.value.trim().split(/[\s,]+/).filter(Boolean).map(Number);
    odd.setAttribute('aria-invalid', String(!chips));
    if (smallest && chips) command({ type: 'chip_race', chip: smallest, odd: chips, won: winners });
  };
  return form('Seat time, chip race', race,
    labelled('Each pays', time), button('collect-time', 'Collect the time', collect),
    labelled('Smallest chip from now on', chip), labelled('Odd chips: seat and amount', odd), labelled('Seats that won', won),
    h('button', { type: 'submit', class: 'key', id: 'chip-race' }, 'Chip race (TDA 24)'));
}

// The time bank: how many time chips the house gives, what one is worth, and chips that are given anew.
function timeForm(state, command) {
  if (!may(state, 'set_house_rules')) return null;
  const now = state.house_rules || {};
  const chips = textInput('time-chips', String(now.time_chips || 0), { inputmode: 'numeric' });
  const seconds = textInput('time-seconds', String(now.time_chip_seconds || 30), { inputmode: 'numeric' });
  const set = () => {
    const [each, worth] = [readAmount(chips), readAmount(seconds)];
    if (each !== null && worth) command({ type: 'set_house_rules', ...now, profile: state.profile, time_chips: each, time_chip_seconds: worth });
  };
  const anew = () => {
    const each = readAmount(chips);
    if (each !== null) command({ type: 'set_time_bank', chips: each });
  };
  return form('Time bank', set, labelled('Time chips of each player; 0: none', chips), labelled('Seconds of a chip', seconds),
    h('button', { type: 'submit', class: 'key', id: 'set-time-rule' }, 'Rule of the house'),
    ...(may(state, 'set_time_bank') ? [button('set-time-bank', 'Give them anew', anew)] : []));
}

// A place that several tables decide together: hand for hand.
function placeForm(state, command) {
  const out = (state.tournament && state.tournament.eliminated) || [];
  if (!may(state, 'set_place') || !out.length) return null;
  const who = select('place-who', out.map((each) => [each.player_id, `${each.rank}: ${isolated(each.name)}`]), out[out.length - 1].player_id);
  const rank = textInput('place-rank', '', { inputmode: 'numeric' });
  const shared = textInput('place-shared', '1', { inputmode: 'numeric' });
  const set = () => {
    const [place, players] = [readAmount(rank), readAmount(shared)];
    if (place && players) command({ type: 'set_place', player_id: who.value, rank: place, shared: players });
  };
  return form('A place over several tables', set, labelled('Player', who), labelled('Place', rank), labelled('Shared by', shared),
    h('button', { type: 'submit', class: 'key', id: 'set-place' }, 'Set the place (TDA RP-8)'));
}
