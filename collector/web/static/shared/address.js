// What a page is told when it is opened: the table by the query, the key of an output by the fragment.

const KEY = /^#(o_[0-9A-Za-z]{26})$/;

export function keyOf(hash) {
  const found = KEY.exec(hash);
  return found ? found[1] : null;
}

export function tableOf(query) {
  const table = query.get('table') || 'table_01';
  return /^[A-Za-z0-9_-]{1,64}$/.test(table) ? table : 'table_01';
}

// {query, table} of the page that is open.
export function readAddress() {
  const query = new URLSearchParams(location.search);
  return { query, table: tableOf(query) };
}

// Whether the page is a source of a graphics program, which keeps its address: OBS and CasparCG say so.
export const inGraphics = () => Boolean(window.obsstudio || window.caspar);

// The key of an output, null where the address has none. A browser keeps addresses, and shows them to whoever looks, so it
// goes out of this one, and a reload has none. `keep=1` leaves it there: of a program that nobody types addresses into.
export function takeKey({ keep }) {
  const key = keyOf(location.hash);
  if (key && !keep && !inGraphics()) history.replaceState(null, '', location.pathname + location.search);
  return key;
}

// The address of another page, with the table of this one.
export function besideThis(page) {
  return `../${page}/${location.search}`;
}
