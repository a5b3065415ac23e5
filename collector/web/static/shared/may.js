// What may come now, as the collector says in every state: `may` of the table, `hand.may` of the hand. Each holds the
// commands that would be taken, with the seats that each may name. Pages work out no rule of play; they ask here.

// The seats that a command may name, [] where it names none; null: it may not come now.
export function seatsFor(state, type) {
  if (!state) return null;
  return (state.hand && state.hand.may[type]) || state.may[type] || null;
}

// Whether a command may come now; with a seat, whether it may name that seat.
export function may(state, type, seat = null) {
  const seats = seatsFor(state, type);
  return seats !== null && (seat === null || seats.includes(seat));
}
