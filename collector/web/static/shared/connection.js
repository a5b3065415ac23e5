// The way to the broker, and the order of what comes from it. Who lets the page in there, door.js knows.
//
// A page hears `onState(state, events)`: a state newer than all before, and the events that led to it since the last
// one (none when the page has just joined, or missed them). Order is (epoch, seq), never arrival.

import mqtt from '../vendor/mqtt.esm.js';
import { eventTopic, fits, levelsOf, stateTopic } from './topics.js';

const AT_FIRST_MS = 100; // a page that was put out says so within a second
const RETRY_MS = 500;
const RENEW_MS = 5 * 60_000;
const KEPT_EVENTS = 200;
const AT_ONCE_MS = 10_000; // a login that ends sooner was hardly one: the next is asked for later and later
const SELDOM_MS = 30_000;
const REFUSED = new Set([4, 5]); // of the broker, in MQTT 3.1.1: a login that it does not know any more

// What the state of a link is called before people.
export const LINKS = {
  connecting: 'Connecting', online: 'Connected', lost: 'Disconnected', refused: 'Not let in', silent: 'No word',
};

// crypto.randomUUID does not exist on a page served over plain http in a LAN; getRandomValues does.
export function randomId(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function older(message, than) {
  return message.epoch < than.epoch || (message.epoch === than.epoch && message.seq < than.seq);
}

// Puts states and events in order; knows nothing of the network.
export class Sequence {
  constructor(onState) {
    this.onState = onState;
    this.last = null;
    this.waiting = [];
    this.ignored = 0;
  }

  event(event) {
    const known = this.waiting[this.waiting.length - 1] || this.last;
    if (known && !older(known, event)) {
      this.ignored += 1;
      return;
    }
    this.waiting.push(event);
    if (this.waiting.length > KEPT_EVENTS) this.waiting.shift();
  }

  state(state) {
    if (this.last && !older(this.last, state)) {
      this.ignored += 1;
      return;
    }
    const events = this.last ? this.waiting.filter((event) => !older(state, event)) : [];
    this.waiting = this.waiting.filter((event) => older(state, event));
    this.last = { epoch: state.epoch, seq: state.seq };
    this.onState(state, events);
  }
}

// A subscription to one channel of one table that outlives every restart.
// `door`: of door.js. `table`, `channel`: of an output its login tells them. `onLink(link)`: one of LINKS.
// `silentAfter`: ms without any message.
export class Feed {
  constructor({ door, table, channel, silentAfter, onState, onLink = () => {} }) {
    this.door = door;
    this.at = { table, channel, user: null }; // user: the login that it has now
    this.silentAfter = silentAfter;
    this.onLink = onLink;
    this.sequence = new Sequence(onState);
    this.client = null;
    this.link = 'connecting';
    this.refusal = null; // why it is not let in
    this.heardAt = 0;
    this.unreadable = 0;
    this.inFlight = new Set();
    this.ears = []; // [filterAt, take] of every topic that is heard
    this.hear(({ table: where, channel: which }) => eventTopic(where, which), (event) => this.sequence.event(event));
    this.hear(({ table: where, channel: which }) => stateTopic(where, which), (state) => this.sequence.state(state));
  }

  // Before `open`: hear a topic too. `filterAt({table, channel, user})`: its name. `take(message, levels)`: levels of
  // its topic after ebs/v1/.
  hear(filterAt, take) {
    this.ears.push([filterAt, take]);
  }

  // Goes on for as long as the page does: a login after the other, each for as long as the broker takes it.
  async open() {
    setInterval(() => this.listen(), 1000);
    setInterval(() => this.renew(), RENEW_MS);
    window.addEventListener('pagehide', () => this.door.end());
    for (let short = 0; ;) {
      const access = await this.door.letIn((refusal) => this.refused(refusal));
      const since = performance.now();
      await this.live(access);
      short = performance.now() - since < AT_ONCE_MS ? short + 1 : 0;
      if (short > 1) await new Promise((resolve) => setTimeout(resolve, Math.min(SELDOM_MS, RETRY_MS * 2 ** short)));
    }
  }

  // Resolves when the broker does not take this login any more. The password is nowhere but here.
  live({ login, password, ws_url, table_id = this.at.table, channel = this.at.channel }) {
    this.at = { table: table_id, channel, user: login };
    this.refusal = null;
    if (this.link === 'refused') this.setLink('connecting');
    return new Promise((resolve) => {
      const client = mqtt.connect(ws_url, {
        username: login,
        password,
        protocolVersion: 4,
        clean: true,
        clientId: randomId('page-'),
        reconnectPeriod: AT_FIRST_MS,
        connectTimeout: 5000,
        keepalive: 20,
        resubscribe: false,
        queueQoSZero: false,
        reconnectOnConnackError: true,
        timerVariant: 'native', // the other kind is a worker from a blob: URL, which our content policy forbids
      });
      this.client = client;
      this.over = () => {
        if (this.client !== client) return;
        this.client = null;
        this.inFlight.clear();
        client.removeAllListeners();
        client.on('error', () => {}); // of what is being closed
        client.end(true);
        this.setLink('lost');
        resolve();
      };
      client.on('connect', () => this.connected());
      client.on('message', (topic, payload) => this.received(topic, payload));
      client.on('close', () => this.closed());
      client.on('error', (error) => { if (error && REFUSED.has(error.code)) this.over(); });
    });
  }

  async renew() {
    const { user, client } = { ...this.at, client: this.client };
    try {
      if (client && !(await this.door.renew()) && this.client === client && this.at.user === user) this.over();
    } catch (refusal) {
      // The web is down, or nobody is signed in any more: then the broker says so.
    }
  }

  refused(refusal) {
    this.refusal = refusal;
    this.setLink('refused');
    this.onLink(this.link); // it may be another reason
  }

  connected() {
    this.heardAt = performance.now();
    this.client.options.reconnectPeriod = AT_FIRST_MS;
    this.filters = this.ears.map(([filterAt, take]) => [filterAt(this.at), take]);
    this.client.subscribe(this.filters.map(([filter]) => filter), { qos: 1 }, (error) => {
      if (!error) this.setLink('online');
    });
  }

  closed() {
    // A lost link must not replay what was pressed before it: whoever published decides what to repeat.
    for (const id of this.inFlight) this.client.removeOutgoingMessage(id);
    this.inFlight.clear();
    this.client.options.reconnectPeriod = RETRY_MS; // from the second time on
    this.setLink('lost');
  }

  // A half-open connection looks healthy for minutes; states repeat, so silence tells it apart much sooner.
  listen() {
    if (!this.client || !this.client.connected || performance.now() - this.heardAt < this.silentAfter) return;
    this.setLink('silent');
    this.heardAt = performance.now();
    this.client.stream.destroy();
  }

  received(topic, payload) {
    this.heardAt = performance.now();
    let message;
    try {
      message = JSON.parse(new TextDecoder().decode(payload));
    } catch (error) {
      this.unreadable += 1;
      return;
    }
    this.setLink('online');
    for (const [filter, take] of this.filters) if (fits(filter, topic)) take(message, levelsOf(topic));
  }

  publish(topic, message) {
    if (!this.client || !this.client.connected) return false;
    this.client.publish(topic, JSON.stringify(message), { qos: 1 }, () => this.inFlight.delete(id));
    const id = this.client.getLastMessageId();
    this.inFlight.add(id);
    return true;
  }

  setLink(link) {
    if (link === this.link) return;
    this.link = link;
    this.onLink(link);
  }
}
