// The way to the broker: address from /config.json, login from the URL fragment, table from the query.
//
// A page hears `onState(state, events)`: a state newer than all before, and the events that led to it since the last
// one (none when the page has just joined, or missed them). Order is (epoch, seq), never arrival.

import mqtt from '../vendor/mqtt.esm.js';

const RETRY_MS = 500;
const CONFIG = new URL('../config.json', import.meta.url);
const KEPT_EVENTS = 200;

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

async function readConfig() {
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

// A subscription to one channel of one table that outlives every restart.
// `onLink(link)`: 'connecting' | 'online' | 'lost' | 'refused' | 'silent'. `silentAfter`: ms without any message.
export class Feed {
  constructor({ table, channel, login, silentAfter, extraTopics = [], onState, onLink = () => {}, onExtra = () => {} }) {
    this.prefix = `ebs/v1/table/${table}`;
    this.stateTopic = `${this.prefix}/${channel}/state`;
    this.eventTopic = `${this.prefix}/${channel}/event`;
    this.topics = [this.eventTopic, this.stateTopic, ...extraTopics];
    this.login = login;
    this.silentAfter = silentAfter;
    this.onLink = onLink;
    this.onExtra = onExtra;
    this.sequence = new Sequence(onState);
    this.client = null;
    this.link = 'connecting';
    this.heard = 0;
    this.unreadable = 0;
    this.inFlight = new Set();
  }

  async open() {
    const config = await readConfig();
    this.client = mqtt.connect(config.ws_url, {
      protocolVersion: 4,
      clean: true,
      clientId: randomId('page-'),
      reconnectPeriod: RETRY_MS,
      connectTimeout: 5000,
      keepalive: 20,
      resubscribe: false,
      queueQoSZero: false,
      reconnectOnConnackError: true,
      timerVariant: 'native', // the other kind is a worker from a blob: URL, which our content policy forbids
      ...(this.login || {}),
    });
    this.client.on('connect', () => this.connected());
    this.client.on('message', (topic, payload) => this.received(topic, payload));
    this.client.on('close', () => this.closed());
    this.client.on('error', (error) => this.failed(error));
    setInterval(() => this.listen(), 1000);
  }

  connected() {
    this.heard = performance.now();
    this.client.subscribe(this.topics, { qos: 1 }, (error) => {
      if (!error) this.setLink('online');
    });
  }

  closed() {
    // A lost link must not replay what was pressed before it: whoever published decides what to repeat.
    for (const id of this.inFlight) this.client.removeOutgoingMessage(id);
    this.inFlight.clear();
    if (this.link !== 'refused') this.setLink('lost');
  }

  failed(error) {
    if (error && error.code >= 1 && error.code <= 5) this.setLink('refused');
  }

  // A half-open connection looks healthy for minutes; states repeat, so silence tells it apart much sooner.
  listen() {
    if (!this.client.connected || performance.now() - this.heard < this.silentAfter) return;
    this.setLink('silent');
    this.heard = performance.now();
    this.client.stream.destroy();
  }

  received(topic, payload) {
    this.heard = performance.now();
    let message;
    try {
      message = JSON.parse(new TextDecoder().decode(payload));
    } catch (error) {
      this.unreadable += 1;
      return;
    }
    this.setLink('online');
    if (topic === this.stateTopic) this.sequence.state(message);
    else if (topic === this.eventTopic) this.sequence.event(message);
    else this.onExtra(topic, message);
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
