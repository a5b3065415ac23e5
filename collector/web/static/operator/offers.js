// What may be done now, read off a table state. Pure: no page, no network.

// The acts of the seat to act: {seat, fold, check, call, raise: 'bet' | 'raise_to' | null, allIn}. Null: nobody's turn.
export function actsOf(state) {
  const hand = state && state.hand;
  const legal = hand && hand.legal;
  if (!legal || hand.to_act !== legal.seat) return null;
  const seat = state.seats[legal.seat - 1];
  const whole = seat.bet + seat.stack;
  const raises = legal.min_to !== null && legal.max_to !== null;
  return {
    seat: legal.seat,
    name: seat.name || `Seat ${legal.seat}`,
    fold: legal.fold,
    check: legal.check,
    call: legal.call,
    raise: raises ? (legal.opens ? 'bet' : 'raise_to') : null,
    // All-in is a bet of everything, or a call that takes everything; a limit game may allow neither.
    allIn: seat.stack > 0 && ((raises && legal.max_to === whole) || (legal.call > 0 && legal.call >= seat.stack)),
    whole,
    bringIn: legal.bring_in ?? null,
  };
}

// What N does: 'start', 'next' (a finished hand is on the table) or null.
export function nextStep(state) {
  if (!state) return null;
  if (!state.hand) return 'start';
  return state.hand.waiting_for === 'next_hand' ? 'next' : null;
}

export function handCanShow(state, seat) {
  const hand = state && state.hand;
  if (!hand) return false;
  const view = state.seats[seat - 1];
  if (view.status === 'empty' || view.status === 'out' || view.shown) return false;
  return hand.waiting_for === 'showdown' || hand.waiting_for === 'next_hand' || hand.waiting_for === 'board';
}

export const PRESETS = [
  { key: '1', text: 'min', label: 'Min' },
  { key: '2', text: '1/3', label: '1/3 pot' },
  { key: '3', text: '1/2', label: '1/2 pot' },
  { key: '4', text: '2/3', label: '2/3 pot' },
  { key: '5', text: 'pot', label: 'Pot' },
  { key: '6', text: '2x', label: '2x' },
  { key: '7', text: '3x', label: '3x' },
];

// "Jun-ho Park" at seat 10 -> p_jun_ho_park; a name without Latin letters gives p_seat_10.
export function suggestPlayerId(name, seat) {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 58);
  return slug ? `p_${slug}` : `p_seat_${seat}`;
}

const TYPES = {
  fold: 'Fold', check: 'Check', call: 'Call', bet: 'Bet', raise_to: 'Raise', all_in: 'All-in', show: 'Show', muck: 'Muck',
  deal_card: 'Card', clear_card: 'Clear card', start_hand: 'Start hand', end_hand: 'End hand', misdeal: 'Misdeal',
  undo: 'Undo', redo: 'Redo', seat_player: 'Seat player', remove_player: 'Remove player', sit_out: 'Sit out',
  bring_in: 'Bring-in', draw: 'Draw', run_board: 'Runs', dead_hand: 'Dead hand', retrieve_hand: 'Hand given back',
  expose_card: 'Exposed card', replace_card: 'Replaced card', rabbit_card: 'Rabbit card', chop: 'Chop', award: 'Award',
  amend: 'Amend', out_of_turn: 'Out of turn', burn_card: 'Burn', boxed_card: 'Boxed card', community_card: 'Card for all',
  set_game: 'Game', next_game: 'Next game', set_house_rules: 'House rules', set_flow: 'Who runs the hands',
  change_deck: 'Deck', retire_deck: 'Deck', resolve_flag: 'Answer',
  set_stack: 'Stack', set_button: 'Button', set_blinds: 'Blinds',
};

export function nameOfCommand(command) {
  const name = TYPES[command.type] || command.type;
  return command.seat ? `${name}, seat ${command.seat}` : name;
}
