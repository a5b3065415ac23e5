// The way to the broker, and the order of what comes from it. Where the broker is, address.js knows.
//
// A page hears `onState(state, events)`: a state newer than all before, and the events that led to it since the last
// one (none when the page has just joined, or missed them). Order is (epoch, seq), never arrival.

import mqtt from '../vendor/mqtt.esm.js';
import { readConfig } from './address.js';
import { eventTopic, fits, levelsOf, stateTopic } from './topics.js';

const RETRY_MS = 500;
const KEPT_EVENTS = 200;

// What the state of a link is called before people.
export const LINKS = {
  connecting: 'Connecting', online: 'Connected', lost: 'Disconnected', refused: 'Login refused', silent: 'No word',
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
// `onLink(link)`: one of LINKS. `silentAfter`: ms without any message.
export class Feed {
  constructor({ table, channel, login, silentAfter, onState, onLink = () => {} }) {
    this.login = login;
    this.silentAfter = silentAfter;
    this.onLink = onLink;
    this.sequence = new Sequence(onState);
    this.client = null;
    this.link = 'connecting';
    this.heardAt = 0;
    this.unreadable = 0;
    this.inFlight = new Set();
    this.ears = []; // [filter, take] of every topic that is heard
    this.hear(eventTopic(table, channel), (event) => this.sequence.event(event));
    this.hear(stateTopic(table, channel), (state) => this.sequence.state(state));
  }

  // Before `open`: hear a topic too. `take(message, levels)`: levels of its topic after ebs/v1/.
  hear(filter, take) {
    this.ears.push([filter, take]);
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
    this.heardAt = performance.now();
    this.client.subscribe(this.ears.map(([filter]) => filter), { qos: 1 }, (error) => {
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
    if (!this.client.connected || performance.now() - this.heardAt < this.silentAfter) return;
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
    for (const [filter, take] of this.ears) if (fits(filter, topic)) take(message, levelsOf(topic));
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
