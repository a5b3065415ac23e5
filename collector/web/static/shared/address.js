// What a page is told when it is opened: the table by the query, the login by the fragment, the broker by /config.json.

const RETRY_MS = 500;
const CONFIG = new URL('../config.json', import.meta.url);

// #login=USER:PASSWORD, percent-encoded. A fragment never leaves the browser.
export function loginOf(hash) {
  const found = /(?:^#|&)login=([^&]*)/.exec(hash);
  if (!found) return null;
  try {
    const text = found[1].includes(':') ? found[1] : decodeURIComponent(found[1]);
    const at = text.indexOf(':');
    if (at < 1) return null;
    return { username: decodeURIComponent(text.slice(0, at)), password: decodeURIComponent(text.slice(at + 1)) };
  } catch (error) {
    return null; // a stray % in a password that was not encoded
  }
}

export function tableOf(query) {
  const table = query.get('table') || 'table_01';
  return /^[A-Za-z0-9_-]{1,64}$/.test(table) ? table : 'table_01';
}

// {query, table, login, user} of the page that is open. `login`: null where the address has none. `user`: who commands.
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const login = loginOf(location.hash);
  return { query, table: tableOf(query), login, user: login ? login.username : 'operator' };
}

// The address of another page, with the table and the login of this one.
export function besideThis(page) {
  return `../${page}/${location.search}${location.hash}`;
}

// The address of the broker, {ws_url}. Waits until the server is up.
export async function readConfig() {
  for (;;) {
    try {
      const answer = await fetch(CONFIG, { cache: 'no-store' });
      if (answer.ok) return await answer.json();
    } catch (error) {
      // The server is not up yet. On air that is no reason to say anything.
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
