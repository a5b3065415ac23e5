// Chip amounts in words. Our own format, the same in every language: 1,245,000 exact, 1.25M smart.

export function exactChips(amount) {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}

// amount / unit with at most `places` decimals, half up, in integers throughout.
function scaled(amount, unit, places) {
  const factor = 10 ** places;
  const step = unit / factor;
  const whole = Math.floor((amount + Math.floor(step / 2)) / step);
  const head = exactChips(Math.floor(whole / factor));
  const tail = String(whole % factor).padStart(places, '0').replace(/0+$/, '');
  return tail ? `${head}.${tail}` : head;
}

// Below 10,000 every chip shows; then 12.5K, 1.25M, 3.4B. 999,960 is 1M, never 1000K.
export function smartChips(amount) {
  if (amount < 10_000) return exactChips(amount);
  if (amount < 999_950) return `${scaled(amount, 1_000, 1)}K`;
  if (amount < 999_995_000) return `${scaled(amount, 1_000_000, 2)}M`;
  return `${scaled(amount, 1_000_000_000, 2)}B`;
}

export function formatChips(amount, precision = 'exact') {
  return precision === 'smart' ? smartChips(amount) : exactChips(amount);
}

// Blinds as they are called: 5K/10K, 1.5K/3K, but 500 and 1,250. Smart alone would say 5,000/10K.
export function formatBlind(amount, precision = 'exact') {
  if (precision === 'smart' && amount >= 1000 && amount < 10_000 && amount % 100 === 0) return `${scaled(amount, 1000, 1)}K`;
  return formatChips(amount, precision);
}

// In big blinds: one decimal below 100, none above; never rounded up to more than there is.
export function formatBigBlinds(amount, bigBlind) {
  const tenths = Math.floor((amount * 10) / bigBlind);
  if (tenths >= 1000 || tenths % 10 === 0) return exactChips(Math.floor(tenths / 10));
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

// Basis points as a viewer reads them: 6312 -> 63%. Only certainty reads 0% or 100%. Half to even: 8.5 and 91.5 make 100.
export function formatShare(points) {
  if (points === 0) return '0%';
  if (points === 10_000) return '100%';
  if (points < 100) return '<1%';
  if (points > 9_900) return '>99%';
  const whole = Math.floor(points / 100);
  const rest = points % 100;
  return `${whole + (rest > 50 || (rest === 50 && whole % 2) ? 1 : 0)}%`;
}
