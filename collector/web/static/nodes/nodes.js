// The nodes page: which reader, which node, which link is sick, at a glance. Three buttons per node, as house commands.
//
// It hears status and health of all nodes, and no reading: no UID ever comes here.

import { readAddress } from '../shared/address.js';
import { Feed, LINKS } from '../shared/connection.js';
import { PersonDoor } from '../shared/door.js';
import { find, h, setData, setText } from '../shared/dom.js';
import { Sender } from '../shared/sender.js';
import { COLLECTOR_STATUS, NODE_HEALTH, NODE_STATUS, alertTopic, houseDesk } from '../shared/topics.js';
import { healthOf, statusOf } from './heard.js';
import { judgeAntenna, judgeNode, kilo } from './judge.js';

const SILENT_S = 25; // a health comes every ten seconds
const SURE_MS = 5000;
const ACTIONS = { identify: 'Blink', snapshot: 'Snapshot', restart: 'Restart' };
const DONE = { identify: 'blinks for ten seconds', snapshot: 'says what lies on it', restart: 'restarts' };

export class NodesPage {
  constructor({ table }) {
    this.nodes = new Map(); // name to {status, health, before, heard}
    this.unsealed = new Map(); // collector to the nodes whose seal was taken off
    this.sure = null; // {device, timer} after the first Restart
    this.feed = new Feed({
      door: new PersonDoor({ known: (me) => setText(find('who'), me.user) }),
      table,
      channel: 'public',
      silentAfter: 30_000,
      onState: () => {},
      onLink: () => this.draw(),
    });
    this.feed.hear(() => NODE_STATUS, (said, [, node]) => this.born(node, statusOf(said)));
    this.feed.hear(() => NODE_HEALTH, (said, [, node]) => this.took(node, { health: healthOf(said), heard: performance.now() }));
    this.feed.hear(() => COLLECTOR_STATUS, (status, [, collector]) => this.opened(collector, status));
    this.feed.hear(() => alertTopic('+'), (alert) => this.alerted(alert));
    this.sender = new Sender(this.feed, houseDesk, {
      onChange: () => this.draw(),
      onAnswer: (command, reply) => this.answered(command, reply),
    });
    setInterval(() => this.draw(), 1000);
    this.draw();
  }

  // A will speaks only for the connection that left it.
  born(node, status) {
    if (!status) return;
    const known = this.nodes.get(node);
    const left = known && known.status;
    const outdated = left && status.state === 'lost' && (left.boot !== status.boot || left.link !== status.link);
    if (!outdated) this.took(node, { status });
  }

  // What a collector says holds until it says something else: its will names no node.
  opened(collector, status) {
    if (status.state !== 'online') return;
    this.unsealed.set(collector, status.unsealed || []);
    this.draw();
  }

  took(name, news) {
    const known = this.nodes.get(name) || { status: null, health: null, before: null, heard: 0 };
    const same = news.health && known.health && known.health.boot === news.health.boot;
    const before = news.health ? (same ? known.health : null) : known.before;
    this.nodes.set(name, { ...known, ...news, before });
    this.draw();
  }

  alerted(alert) {
    if (['COMMAND_FAILED', 'NODE_UNSEALED'].includes(alert.code)) this.say(alert.message, 'bad');
  }

  press(device, action) {
    if (action === 'restart' && !(this.sure && this.sure.device === device)) {
      this.ask(device);
      return;
    }
    this.ask(null);
    this.sender.send({ type: 'command_device', device, action });
  }

  ask(device) {
    if (this.sure) clearTimeout(this.sure.timer);
    this.sure = device ? { device, timer: setTimeout(() => this.ask(null), SURE_MS) } : null;
    this.draw();
  }

  answered(command, reply) {
    if (reply === null) this.say(`${command.device}: no answer from the collector. Is it running?`, 'bad');
    else if (reply.accepted) this.say(`${command.device} ${DONE[command.action]}.`, '');
    else this.say(`${command.device}: ${reply.error ? reply.error.message : 'refused'}`, 'bad');
  }

  say(text, kind) {
    setText(find('message'), text);
    setData(find('message'), 'kind', kind);
  }

  // --- drawing

  draw() {
    setData(document.body, 'link', this.feed.link);
    setText(find('link'), LINKS[this.feed.link]);
    setText(find('refusal'), this.feed.refusal ? this.feed.refusal.message : '');
    const drawn = [...this.nodes.keys()].sort().map((name) => this.describe(name, this.nodes.get(name)));
    setText(find('summary'), summary(drawn));
    setData(find('summary'), 'well', drawn.every((node) => node.well) ? 1 : 0);
    find('empty').hidden = drawn.length > 0;
    for (const node of drawn) this.drawNode(node);
    setData(document.body, 'nodes', drawn.length);
  }

  describe(name, node) {
    const online = Boolean(node.status) && node.status.state === 'online';
    const ago = node.heard ? Math.floor((performance.now() - node.heard) / 1000) : 0;
    const unsealed = [...this.unsealed.values()].some((names) => names.includes(name));
    const wrong = judgeNode({ ...node, unsealed, silentS: ago > SILENT_S ? ago : 0 });
    const chips = new Map(((node.status && node.status.antennas) || []).map(({ name: one, chip }) => [one, chip]));
    const figures = (node.health && node.health.antennas) || {};
    const before = (node.before && node.before.antennas) || {};
    const names = [...new Set([...chips.keys(), ...Object.keys(figures)])].sort();
    const antennas = names.map((one) => ({ name: one, ...judgeAntenna(one, chips.get(one), figures[one], before[one]) }));
    const sick = antennas.filter((one) => one.state === 'fault' || one.state === 'weak');
    return { name, online, wrong, antennas, sick, figures: figuresOf(node), well: !wrong.some((one) => one.bad) && !sick.length };
  }

  drawNode(node) {
    const id = `node-${node.name}`;
    const sure = this.sure && this.sure.device === node.name;
    const key = JSON.stringify([node, sure, this.sender.busy, this.feed.link]);
    const known = find(id);
    if (known && known.dataset.key === key) return;
    const focus = known && document.activeElement ? document.activeElement.dataset.action : null;
    const drawn = h('section', { id, class: 'node', data: { key, node: node.name, well: node.well ? 1 : 0 }, 'aria-label': node.name },
      h('div', { class: 'head' },
        h('h2', {}, node.name),
        h('span', { class: 'state', data: { online: node.online ? 1 : 0 } }, node.online ? 'Online' : 'Lost'),
        h('span', { class: 'figures' }, node.figures),
        ...Object.entries(ACTIONS).map(([action, label]) => this.button(node, action, sure && action === 'restart' ? 'Sure?' : label))),
      h('ul', { class: 'wrong' }, ...node.wrong.map(({ what, bad }) => h('li', { data: { bad: bad ? 1 : 0 } }, what)),
        ...node.sick.map(({ title, state }) => h('li', { data: { bad: state === 'fault' ? 1 : 0 } }, title))),
      h('ol', { class: 'strip', 'aria-label': 'Antennas' }, ...node.antennas.map(({ name, state, word, title }) => h(
        'li', { data: { antenna: name, state: node.online ? state : 'unknown' }, title }, h('b', {}, name), h('span', {}, node.online ? word : '')))));
    if (known) known.replaceWith(drawn);
    else find('nodes').append(drawn);
    if (focus) drawn.querySelector(`[data-action="${focus}"]`).focus();
  }

  button(node, action, label) {
    return h('button', {
      type: 'button', class: action === 'restart' ? 'key warn' : 'key', data: { action },
      'aria-label': `${label}: ${node.name}`,
      disabled: !node.online || this.feed.link !== 'online' || this.sender.busy,
      onclick: () => this.press(node.name, action),
    }, label);
  }
}

function summary(nodes) {
  if (!nodes.length) return 'No node';
  const sick = nodes.filter((node) => !node.well).map((node) => node.name);
  if (sick.length) return `Look at ${sick.join(', ')}`;
  return nodes.length === 1 ? 'The node is well' : `${nodes.length} nodes, all well`;
}

function figuresOf({ status, health }) {
  if (!health) return status ? `firmware ${status.firmware}` : '';
  const minutes = Math.floor(health.uptime_ms / 60_000);
  const up = minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
  return [
    status && `firmware ${status.firmware}`, health.uptime_ms !== null && `up ${up}`,
    health.heap && health.heap.free !== null && `${kilo(health.heap.free)} free`,
    health.loop_ms !== null && `loop ${health.loop_ms} ms`, `${health.outbox.depth} waiting`,
  ].filter(Boolean).join(' · ');
}

new NodesPage(readAddress()).feed.open();
