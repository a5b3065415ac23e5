// What the picture is about now, read from the facts of the state: it says what grows and what steps back.

export const isGone = (seat, hand) =>
  seat.status === 'folded' || seat.status === 'mucked' || (seat.status === 'out' && hand !== null);
export const isLive = (seat) => seat.status === 'in' || seat.status === 'all_in';

const MOST_LARGE = 4;

// {name, large}. name: empty, between, act, street, duel (nobody can act any more), won. large: live plates grow.
export function momentOf({ hand, seats }) {
  if (!hand) return { name: seats.some((seat) => seat.status !== 'empty') ? 'between' : 'empty', large: false };
  const live = seats.filter(isLive).length;
  if (hand.street === 'complete') return { name: 'won', large: live <= MOST_LARGE && seats.some((seat) => seat.shown) };
  if (hand.closed) return { name: 'duel', large: live <= MOST_LARGE };
  return { name: hand.to_act ? 'act' : 'street', large: false };
}
