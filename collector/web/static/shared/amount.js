// What an operator types for a bet or raise, as the exact total it means. Pure: text and context in, amount or fault out.
//
// 25000  25,000  25k  1.2m    a total
// 3x                          times the bet to match (nothing bet: times the big blind)
// 22bb                        big blinds
// 1/2  2/3p  75%              that part of the pot, after calling
// p  pot                      the pot
// min  max                    the smallest and the largest that is legal

const UNITS = { '': 0, k: 3, m: 6, b: 9 };

// "1.2" with 3 zeros -> 1200, in whole numbers; null when it does not come out even.
function shift(text, zeros) {
  const [head, tail = ''] = text.split('.');
  const digits = tail.replace(/0+$/, '');
  if (digits.length > zeros) return null;
  const value = Number(head + digits.padEnd(zeros, '0'));
  return Number.isSafeInteger(value) ? value : null;
}

// A positive decimal as [numerator, denominator].
function ratio(text) {
  const [head, tail = ''] = text.split('.');
  return [Number(head + tail), 10 ** tail.length];
}

function floorTo(value, unit) {
  return Math.floor(value / unit) * unit;
}

function times(amount, top, bottom) {
  return Number((BigInt(amount) * BigInt(top)) / BigInt(bottom));
}

// The largest amount that every blind and ante is a multiple of: what the smallest chip in play looks like from here.
export function chipUnit(blinds) {
  const gcd = (a, b) => (b ? gcd(b, a % b) : a);
  if (!blinds) return 1;
  return [blinds.small_blind, blinds.big_blind, blinds.ante, blinds.big_blind_ante].reduce(gcd, 0) || 1;
}

// context: {betTo, potTo, bigBlind, minTo, maxTo, unit}. betTo: the bet to match. Returns {amount} or {fault, limit}.
export function parseAmount(text, context) {
  const said = text.trim().toLowerCase().replace(/\s+/g, '');
  if (!said) return { fault: 'empty' };
  const value = meaning(said, context);
  if (value === null) return { fault: 'unreadable' };
  if (value === 'fraction') return { fault: 'not_whole' };
  return bounded(value, context);
}

function meaning(said, { betTo, potTo, bigBlind, minTo, maxTo, unit = 1 }) {
  if (said === 'min') return minTo;
  if (said === 'max') return maxTo;
  if (said === 'p' || said === 'pot') return Math.min(floorTo(potTo, unit), maxTo);
  let found = /^(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([kmb]?)$/.exec(said);
  if (found) {
    const amount = shift(found[1].replace(/,/g, '') + (found[2] || ''), UNITS[found[3]]);
    return amount === null ? 'fraction' : amount;
  }
  found = /^(\d{1,4}(?:\.\d{1,3})?)(x|bb)$/.exec(said);
  if (found) {
    const base = found[2] === 'x' && betTo > 0 ? betTo : bigBlind;
    return base ? floorTo(times(base, ...ratio(found[1])), unit) : null;
  }
  found = /^(\d{1,2})\/(\d{1,2})(?:p|pot)?$/.exec(said) || /^(\d{1,3})(%)(?:p|pot)?$/.exec(said);
  if (found && potTo !== null && potTo !== undefined) {
    const bottom = found[2] === '%' ? 100 : Number(found[2]);
    if (!bottom) return null;
    return floorTo(betTo + times(potTo - betTo, Number(found[1]), bottom), unit);
  }
  return null;
}

function bounded(amount, { minTo, maxTo }) {
  if (amount === maxTo) return { amount }; // all-in, also when that is less than a full raise
  if (amount > maxTo) return { fault: 'above_max', limit: maxTo };
  if (amount < minTo) return { fault: 'below_min', limit: minTo };
  return { amount };
}

// The context of the seat to act, from a table state; null when it may not bet or raise.
export function amountContext(state) {
  const hand = state && state.hand;
  const legal = hand && hand.legal;
  if (!legal || legal.min_to === null || legal.max_to === null) return null;
  const betTo = Math.max(...state.seats.map((seat) => seat.bet));
  // The feed caps pot_to by the stack, and a part of the pot must be a part of the whole one.
  return {
    betTo,
    potTo: betTo + hand.pot + legal.call,
    bigBlind: state.blinds ? state.blinds.big_blind : 0,
    minTo: legal.min_to,
    maxTo: legal.max_to,
    unit: chipUnit(state.blinds),
  };
}
