// Where a page gets its login at the broker: over REST, for the session of a person or for the key of an output.
//
// The login is kept in memory: in no address, storage or element. A page keeps it while the web is down.

import { Refusal, ask } from './rest.js';

const SOON_MS = 250;
const LATER_MS = 5000;
const SELDOM_MS = 10_000;
const LASTING = new Set(['INVALID_KEY', 'TOO_MANY_PAGES', 'TOO_MANY_LOGINS', 'NO_GATE', 'NOT_PERMITTED']);

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const never = () => new Promise(() => {});

// How both kinds of page get in. They say how to `ask`, `renew` and `end`.
class Door {
  constructor() {
    this.had = null; // the name of the login that was given last
  }

  // Resolves to {login, password, ws_url, …}, however long it takes. `say(refusal)`: why it is not let in.
  async letIn(say) {
    for (let wait = SOON_MS; ; wait = Math.min(LATER_MS, wait * 2)) {
      try {
        const found = await this.ask(this.had ? { instead_of: this.had } : {});
        this.had = found.login;
        return found;
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        const lasting = LASTING.has(refusal.code);
        if (lasting || wait === LATER_MS) say(refusal); // much else is over in a moment: the collector starts, a row is written
        await sleep(Math.max(lasting ? SELDOM_MS : wait, refusal.waitMs));
      }
    }
  }
}

// A page of a person, who is signed in with this browser. `known(me)`: who that is. `signIn()`: nobody is.
export class PersonDoor extends Door {
  constructor({ known = () => {}, signIn = toSignIn } = {}) {
    super();
    Object.assign(this, { known, signIn });
  }

  async ask(page) {
    const csrf = await this.signedIn();
    return ask('POST', 'auth/broker', { body: page, csrf });
  }

  // Resolves to whether the login is still one. The house keeps those that are renewed.
  async renew() {
    const { gone } = await ask('POST', 'auth/broker/renew', { body: { logins: [this.had] }, csrf: await this.signedIn() });
    return gone.length === 0;
  }

  end() {
    if (this.had) ask('POST', 'auth/broker/end', { body: { logins: [this.had] }, csrf: this.csrf, last: true }).catch(() => {});
  }

  // The token that goes with what changes something. It is another one after each sign-in.
  async signedIn() {
    try {
      const me = await ask('GET', 'auth/me');
      this.csrf = me.csrf_token;
      this.known(me);
      return me.csrf_token;
    } catch (refusal) {
      if (refusal.status !== 401) throw refusal;
      this.signIn();
      return never();
    }
  }
}

// A page of an output. What it shows is told with its login.
export class OutputDoor extends Door {
  constructor(key) {
    super();
    this.key = key;
  }

  ask(page) {
    return ask('POST', 'auth/output', { body: { key: this.key, ...page } });
  }

  async renew() {
    const { gone } = await ask('POST', 'auth/output/renew', { body: { key: this.key, logins: [this.had] } });
    return gone.length === 0;
  }

  end() {
    if (this.had) ask('POST', 'auth/output/end', { body: { key: this.key, logins: [this.had] }, last: true }).catch(() => {});
  }
}

// To where somebody signs in, who comes back to this page afterwards.
function toSignIn() {
  const to = new URL('../login/', import.meta.url);
  to.searchParams.set('to', location.pathname + location.search);
  location.replace(to);
}
