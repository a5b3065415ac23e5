// Sends commands until they are answered. Knows the protocol, nothing of poker or of the page.
//
// Every repetition has the same id, so the collector applies a command once. Nothing is kept for later: a command that
// cannot be sent now is refused at once, and one that stays unanswered is given up aloud.

import { randomId } from './connection.js';

const REPEAT_MS = 1000;
const GIVE_UP_MS = 10_000;

export class Sender {
  // `deskOf(user)`: the topics {commands, replies} of a login. `onChange()`: pending commands changed. `onAnswer(command, reply)`: reply is
  // null when nobody answered.
  constructor(feed, deskOf, { onChange, onAnswer }) {
    this.feed = feed;
    this.deskOf = deskOf;
    this.onChange = onChange;
    this.onAnswer = onAnswer;
    this.pending = new Map();
    feed.hear(({ user }) => deskOf(user).replies, (reply) => this.answered(reply));
    setInterval(() => this.repeat(), 100);
  }

  // A command that goes out again after a new login goes by that one. The collector knows it by its id, and the person.
  get topic() {
    return this.deskOf(this.feed.at.user).commands;
  }

  get busy() {
    return this.pending.size > 0;
  }

  // Resolves to the reply, or to null when the command was not sent or not answered.
  send(command) {
    const message = { v: 1, id: randomId('c-'), ...command };
    if (!this.feed.publish(this.topic, message)) return Promise.resolve(null);
    const now = performance.now();
    return new Promise((resolve) => {
      this.pending.set(message.id, { message, resolve, first: now, last: now });
      this.onChange();
    });
  }

  repeat() {
    const now = performance.now();
    for (const [id, wait] of this.pending) {
      if (now - wait.first > GIVE_UP_MS) this.finish(id, null);
      else if (now - wait.last >= REPEAT_MS && this.feed.publish(this.topic, wait.message)) wait.last = now;
    }
  }

  answered(reply) {
    if (this.pending.has(reply.id)) this.finish(reply.id, reply);
  }

  finish(id, reply) {
    const { message, resolve } = this.pending.get(id);
    this.pending.delete(id);
    this.onAnswer(message, reply);
    this.onChange();
    resolve(reply);
  }
}
