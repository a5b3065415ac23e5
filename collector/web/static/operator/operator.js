// The operator page: draws the public state, turns keys and touches into commands, shows what the collector says.
//
// A key is taken only when its act is legal, the link is up, and the last command has been answered and drawn.

import { Feed, loginOf, tableOf } from '../shared/connection.js';
import { exactChips } from '../shared/chips.js';
import { amountContext, parseAmount } from '../shared/amount.js';
import { h, setText } from '../shared/dom.js';
import { Alerts } from './alerts.js';
import { AmendDialog } from './amend_dialog.js';
import { DrawPanel } from './drawing.js';
import { FloorDialog } from './floor_dialog.js';
import { CardPicker } from './picker.js';
import { SetupPanel } from './setup.js';
import { Sender } from './sender.js';
import { StartDialog } from './start_dialog.js';
import { TableMap } from './table_map.js';
import { PRESETS, actsOf, handCanShow, nameOfCommand, nextStep } from './offers.js';

const ARM_MS = 5000;
const BOUNCE_MS = 200; // two touches closer together than this are one
const STATE_MS = 3000; // a state that has the last answer comes at once; one that never comes must not lock the page
const FAULTS = {
  unreadable: () => 'Not an amount. Try 25k, 1.2m, 3x, 22bb, 1/2, pot, max.',
  not_whole: () => 'Not a whole number of chips.',
  above_max: (limit) => `Too much: at most ${exactChips(limit)}.`,
  below_min: (limit) => `Too little: at least ${exactChips(limit)}.`,
};
const LINKS = {
  connecting: 'Connecting',
  online: 'Connected',
  lost: 'Disconnected',
  refused: 'Login refused',
  silent: 'No word from the collector',
};

const find = (id) => document.getElementById(id);

export class OperatorPage {
  constructor(query, login) {
    this.table = tableOf(query);
    this.user = login ? login.username : 'operator';
    this.state = null;
    this.wanted = null; // the decision of a state that must be drawn before the next entry
    this.entry = null; // {seat, decision} while an amount is being typed
    this.armed = null; // {decision, since, timer} after the first All-in
    this.waitingSeat = false; // S was pressed: the next digit is a seat
    const replies = `ebs/v1/table/${this.table}/reply/${this.user}`;
    const alerts = `ebs/v1/table/${this.table}/alert`;
    this.alerts = new Alerts(find('alerts'), find('alert-list'), find('alerts-clear'), {
      fold: (seat) => this.foldSeen(seat),
      command: (body) => this.command(body),
    });
    this.feed = new Feed({
      table: this.table,
      channel: 'public',
      login,
      silentAfter: 15_000,
      extraTopics: [replies, alerts],
      onState: (state) => this.took(state),
      onLink: () => this.linkChanged(),
      onExtra: (topic, found) => (topic === alerts ? this.alerts.add(found) : this.sender.answered(found)),
    });
    this.sender = new Sender(this.feed, `ebs/v1/table/${this.table}/command/${this.user}`, {
      onChange: () => this.draw(),
      onAnswer: (command, reply) => this.answered(command, reply),
    });
    const command = (body) => this.command(body);
    this.picker = new CardPicker(command, (seat, cards) => this.show(seat, cards));
    this.setup = new SetupPanel(command);
    this.floor = new FloorDialog(command);
    this.starting = new StartDialog(command);
    this.amending = new AmendDialog(command);
    this.drawing = new DrawPanel(find('drawing'), find('drawing-title'), find('drawing-row'), command);
    this.map = new TableMap(find('seats'), (seat) => this.openSeat(seat));
    this.wire();
    this.draw();
  }

  // --- what arrives

  took(state) {
    this.state = state;
    if (this.wanted !== null && state.decision >= this.wanted) this.wanted = null;
    if (this.entry && this.entry.decision !== state.decision) this.closeEntry();
    if (this.armed && this.armed.decision !== state.decision) this.disarm();
    if (find('confirm').open && this.confirming && this.confirming.decision !== state.decision) this.closeConfirm();
    this.draw();
  }

  linkChanged() {
    if (this.feed.link !== 'online') {
      this.closeEntry();
      this.disarm();
      this.closeConfirm();
    }
    this.draw();
  }

  answered(command, reply) {
    if (reply === null) {
      this.say(`${nameOfCommand(command)}: no answer. Look at the table, then enter it again.`, 'bad');
    } else if (!reply.accepted && reply.error && reply.error.code === 'AMEND_PREVIEW') {
      this.say('', ''); // no fault: the dialog shows what would change
    } else if (!reply.accepted) {
      const reason = reply.error ? reply.error.message : 'refused';
      this.say(`${nameOfCommand(command)} refused: ${reason}`, 'bad');
    } else {
      this.awaitState(reply.decision);
      this.say('', '');
    }
  }

  // --- what is sent

  get ready() {
    return this.feed.link === 'online' && this.state !== null && !this.sender.busy && this.wanted === null;
  }

  // An answer may come before the state that includes it; until then the buttons show what is no longer so.
  awaitState(decision) {
    if (decision === null || decision === undefined || decision <= this.state.decision) return;
    this.wanted = decision;
    setTimeout(() => {
      if (this.wanted !== decision) return;
      this.wanted = null;
      this.draw();
    }, STATE_MS);
  }

  command(body) {
    if (!this.ready) {
      this.say(this.feed.link === 'online' ? 'Wait for the last entry to be answered.' : 'Not connected: nothing was sent.', 'bad');
      return Promise.resolve(null);
    }
    return this.sender.send({ hand_id: this.state.hand_id, decision: this.state.decision, ...body });
  }

  act(kind) {
    const acts = actsOf(this.state);
    if (!acts || !this.ready) return;
    this.closeEntry();
    if (kind !== 'all_in') this.disarm();
    if (kind === 'fold' && acts.fold) this.command({ type: 'fold', seat: acts.seat });
    else if (kind === 'call' && acts.bringIn !== null) this.command({ type: 'bring_in', seat: acts.seat });
    else if (kind === 'call' && acts.check) this.command({ type: 'check', seat: acts.seat });
    else if (kind === 'call' && acts.call > 0) this.command({ type: 'call', seat: acts.seat });
    else if (kind === 'all_in' && acts.allIn) this.armOrCommit(acts);
  }

  armOrCommit(acts) {
    if (this.armed) {
      if (performance.now() - this.armed.since < BOUNCE_MS) return;
      this.disarm();
      this.command({ type: 'all_in', seat: acts.seat });
      return;
    }
    const timer = setTimeout(() => this.disarm(), ARM_MS);
    this.armed = { decision: this.state.decision, since: performance.now(), timer };
    this.draw();
  }

  disarm() {
    if (!this.armed) return;
    clearTimeout(this.armed.timer);
    this.armed = null;
    this.draw();
  }

  openEntry() {
    const acts = actsOf(this.state);
    if (!acts || !acts.raise || !this.ready) return;
    this.disarm();
    if (!this.entry) {
      this.entry = { seat: acts.seat, decision: this.state.decision };
      find('amount').value = '';
    }
    this.draw();
    find('amount').focus();
  }

  closeEntry() {
    if (!this.entry) return;
    this.entry = null;
    find('amount').value = '';
    find('amount').blur();
    this.draw();
  }

  preset(text) {
    this.openEntry();
    if (!this.entry) return;
    find('amount').value = text;
    this.drawEntry();
    find('amount').focus();
  }

  parsed() {
    const context = amountContext(this.state);
    return context ? parseAmount(find('amount').value, context) : { fault: 'empty' };
  }

  commitEntry() {
    const acts = actsOf(this.state);
    if (!this.entry || !acts || !acts.raise || !this.ready) return;
    const { amount } = this.parsed();
    if (amount === undefined) return;
    const { seat } = this.entry;
    this.closeEntry();
    this.command({ type: acts.raise, seat, amount });
  }

  // Starting the next hand puts the finished one away.
  next() {
    if (nextStep(this.state) && this.ready) this.command({ type: 'start_hand' });
  }

  show(seat, cards = null) {
    if (!handCanShow(this.state, seat)) {
      this.say(`Seat ${seat} has no hand to show now.`, 'bad');
      return;
    }
    if (cards) this.command({ type: 'show', seat, cards });
    else if (this.state.seats[seat - 1].cards > 0) this.command({ type: 'show', seat });
    else this.picker.openForShow(this.state, seat);
  }

  muck(seat) {
    const hand = this.state && this.state.hand;
    const who = seat || (hand && hand.showdown[0]);
    if (who && hand.showdown.includes(who)) this.command({ type: 'muck', seat: who });
  }

  confirm(text, yes) {
    if (!this.ready) return;
    this.confirming = { yes, decision: this.state.decision };
    setText(find('confirm-text'), text);
    find('confirm').showModal();
    find('confirm-no').focus();
  }

  closeConfirm() {
    this.confirming = null;
    if (find('confirm').open) find('confirm').close();
  }

  misdeal() {
    if (!this.state || !this.state.hand || nextStep(this.state)) return;
    this.confirm('Misdeal? The hand is void and every stack is as it was before.', () => this.command({ type: 'misdeal', override: true }));
  }

  undo() {
    if (this.ready && this.state.hand && this.state.hand.undo > 0) this.command({ type: 'undo' });
  }

  redo() {
    if (this.ready && this.state.hand && this.state.hand.redo > 0) this.command({ type: 'redo' });
  }

  // A fold that was seen on the muck: entered at once when it is that seat's turn, a muck at the showdown.
  foldSeen(seat) {
    const acts = actsOf(this.state);
    const hand = this.state && this.state.hand;
    if (hand && hand.showdown.includes(seat)) this.muck(seat);
    else if (acts && acts.seat === seat && acts.fold) this.act('fold');
    else this.say(`Seat ${seat} is not to act: enter the seats before it first.`, 'bad');
  }

  openSeat(seat) {
    if (!this.state) return;
    if (this.state.hand && this.state.seats[seat - 1].status !== 'empty' && nextStep(this.state) === null) {
      this.picker.openForSeat(this.state, seat);
    } else this.setup.open(this.state, seat);
  }

  // --- keys and touches

  wire() {
    const click = (id, act) => find(id).addEventListener('click', (event) => {
      if (event.detail > 0) find(id).blur(); // touched, not tabbed to: Enter must not press it again
      act();
    });
    click('fold', () => this.act('fold'));
    click('call', () => this.act('call'));
    click('raise', () => (this.entry && this.parsed().amount !== undefined ? this.commitEntry() : this.openEntry()));
    click('allin', () => this.act('all_in'));
    click('undo', () => this.undo());
    click('redo', () => this.redo());
    click('next', () => this.next());
    click('end-hand', () => this.command({ type: 'end_hand' }));
    click('misdeal', () => this.misdeal());
    click('board-cards', () => this.state && this.state.hand && this.picker.openForSeat(this.state, null));
    click('setup-open', () => this.state && this.setup.open(this.state, null));
    find('nodes-open').href = `../nodes/${location.search}${location.hash}`; // with this page's login
    click('floor-open', () => this.state && this.floor.open(this.state));
    click('floor-close', () => find('floor').close());
    click('start-with', () => this.state && nextStep(this.state) && this.starting.open(this.state));
    click('start-close', () => find('start').close());
    click('amend-open', () => this.state && this.amending.open(this.state));
    click('setup-close', () => find('setup').close());
    click('confirm-no', () => this.closeConfirm());
    click('confirm-yes', () => {
      const { yes } = this.confirming;
      this.closeConfirm();
      yes();
    });
    find('confirm').addEventListener('close', () => { this.confirming = null; });
    find('amount').addEventListener('input', () => this.drawEntry());
    find('amount').addEventListener('focus', () => this.openEntry());
    for (const preset of PRESETS) {
      find('presets').append(h('button', {
        type: 'button', class: 'key preset', data: { preset: preset.text }, onclick: () => this.preset(preset.text),
      }, h('kbd', {}, `Alt ${preset.key}`), h('span', {}, preset.label)));
    }
    document.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === 'Escape') this.escape();
    else if (event.altKey) this.presetKey(event);
    else if (event.key === 'Enter') this.enter(event, typing);
    else if (!typing && !event.repeat) this.letter(event);
  }

  escape() {
    this.waitingSeat = false;
    this.disarm();
    this.closeEntry();
    this.say('', '');
  }

  enter(event, typing) {
    if (this.armed) {
      event.preventDefault();
      this.act('all_in');
    } else if (typing && this.entry) {
      event.preventDefault();
      this.commitEntry();
    }
  }

  presetKey(event) {
    const preset = PRESETS.find(({ key }) => event.code === `Digit${key}`);
    if (!preset) return;
    event.preventDefault();
    this.preset(preset.text);
  }

  letter(event) {
    if (this.waitingSeat && /^[0-9]$/.test(event.key)) {
      this.waitingSeat = false;
      event.preventDefault(); // the digit is a seat, not the first letter in the dialog that may open
      this.say('', '');
      this.show(Number(event.key) || 10);
      return;
    }
    this.waitingSeat = false;
    if (/^[0-9]$/.test(event.key) && this.ready && this.drawing.key(Number(event.key))) {
      event.preventDefault();
      return;
    }
    const acts = {
      KeyF: () => this.act('fold'),
      KeyC: () => this.act('call'),
      KeyR: () => this.openEntry(),
      KeyB: () => this.openEntry(),
      KeyA: () => this.act('all_in'),
      KeyU: () => (event.shiftKey ? this.redo() : this.undo()),
      KeyN: () => this.next(),
      KeyM: () => this.muck(null),
      KeyS: () => this.askSeat(),
      KeyL: () => this.ready && this.state.hand && this.floor.open(this.state),
      KeyE: () => this.ready && this.amending.open(this.state),
      KeyW: () => this.ready && nextStep(this.state) && this.starting.open(this.state),
    };
    const key = event.code || `Key${event.key.toUpperCase()}`;
    if (!acts[key] || (event.shiftKey && key !== 'KeyU')) return;
    event.preventDefault();
    acts[key]();
  }

  askSeat() {
    this.waitingSeat = true;
    this.say('Show: press the seat, 1 to 9, 0 for 10.', '');
  }

  // --- what is drawn

  say(text, tone) {
    for (const place of document.querySelectorAll('.message')) {
      setText(place, text);
      place.dataset.tone = tone;
    }
  }

  draw() {
    document.body.dataset.link = this.feed.link;
    document.body.dataset.ready = this.ready ? '1' : '0';
    document.body.dataset.pending = this.sender.busy ? '1' : '0';
    this.drawLink();
    this.drawControls();
    if (!this.state) return;
    document.body.dataset.seq = this.state.seq;
    document.body.dataset.decision = this.state.decision;
    this.map.draw(this.state);
    this.drawShowdown();
    this.drawEntry();
    this.picker.refresh(this.state);
    this.setup.refresh(this.state);
    this.floor.refresh(this.state);
  }

  drawLink() {
    const { link } = this.feed;
    setText(document.querySelector('[data-field=link]'), LINKS[link]);
    const text = link === 'refused' ? 'The broker refused this login. Check the link of this page.'
      : link === 'silent' ? 'No word from the collector. Entry is disabled.'
        : link === 'online' ? '' : `${LINKS[link]}. Entry is disabled; nothing is kept for later.`;
    setText(find('banner'), text);
    find('banner').hidden = !text;
  }

  drawControls() {
    const { ready } = this;
    const acts = actsOf(this.state);
    const hand = this.state && this.state.hand;
    const step = nextStep(this.state);
    const enable = (id, on) => { find(id).disabled = !on; };
    enable('fold', ready && acts && acts.fold);
    enable('call', ready && acts && (acts.check || acts.call > 0 || acts.bringIn !== null));
    enable('raise', ready && acts && acts.raise);
    enable('allin', ready && acts && acts.allIn);
    enable('amount', ready && acts && acts.raise);
    for (const preset of find('presets').children) preset.disabled = !(ready && acts && acts.raise);
    enable('undo', ready && hand && hand.undo > 0);
    enable('redo', ready && hand && hand.redo > 0);
    enable('next', ready && step);
    enable('end-hand', ready && step === 'next');
    enable('misdeal', ready && hand && !step);
    enable('board-cards', ready && hand);
    enable('setup-open', this.state);
    enable('floor-open', ready && hand);
    enable('start-with', ready && step);
    enable('amend-open', ready);
    this.drawing.draw(this.state, ready);
    setText(find('next-label'), step === 'next' ? 'Next hand' : 'Start hand');
    if (acts && acts.bringIn !== null) setText(find('call-label'), `Bring in ${exactChips(acts.bringIn)}`);
    else setText(find('call-label'), acts && acts.call > 0 && !acts.check ? `Call ${exactChips(acts.call)}` : 'Check');
    setText(find('raise-label'), acts && acts.raise === 'bet' ? 'Bet' : 'Raise to');
    setText(find('allin-label'), this.armed ? `Confirm ${exactChips(acts ? acts.whole : 0)}` : 'All-in');
    find('allin').dataset.armed = this.armed ? '1' : '0';
    find('allin').setAttribute('aria-pressed', this.armed ? 'true' : 'false');
    setText(document.querySelector('[data-field=undo]'), hand ? String(hand.undo) : '');
    setText(document.querySelector('[data-field=redo]'), hand ? String(hand.redo) : '');
    setText(find('turn'), this.turnText(acts, hand, step));
  }

  turnText(acts, hand, step) {
    if (!this.state) return 'Waiting for the table.';
    if (acts) {
      const call = acts.call > 0 ? `${exactChips(acts.call)} to call` : 'nothing to call';
      return `Seat ${acts.seat}, ${acts.name}: ${call}.`;
    }
    if (step === 'start') return 'No hand is running. N starts one.';
    if (step === 'next') return 'The hand is over. N starts the next.';
    if (hand.waiting_for === 'draw') return `Seat ${hand.drawing[0]} draws: press the number of cards, 0 stands pat.`;
    if (hand.waiting_for === 'showdown') return `Showdown: seat ${hand.showdown.join(', then ')} to show or muck.`;
    return hand.waiting_for === 'board' ? `Waiting for the board: ${hand.board_read} read.` : 'Waiting.';
  }

  drawEntry() {
    const acts = actsOf(this.state);
    const open = Boolean(this.entry);
    document.body.dataset.entry = open ? '1' : '0';
    const word = acts && acts.raise === 'bet' ? 'Bet' : 'Raise to';
    setText(find('amount-label'), acts && acts.raise === 'bet' ? 'Bet, total' : 'Raise to, total');
    const result = open ? this.parsed() : { fault: 'empty' };
    const echo = find('echo');
    echo.dataset.value = result.amount === undefined ? '' : String(result.amount);
    echo.dataset.fault = result.fault && result.fault !== 'empty' ? result.fault : '';
    find('amount').setAttribute('aria-invalid', echo.dataset.fault ? 'true' : 'false');
    if (result.amount !== undefined) setText(echo, `${word} ${exactChips(result.amount)} \u23ce`);
    else if (result.fault === 'empty') setText(echo, this.rangeText());
    else setText(echo, FAULTS[result.fault](result.limit));
    setText(find('raise-label'), result.amount === undefined ? word : `${word} ${exactChips(result.amount)}`);
  }

  rangeText() {
    const context = amountContext(this.state);
    return context ? `${exactChips(context.minTo)} to ${exactChips(context.maxTo)}` : '';
  }

  drawShowdown() {
    const hand = this.state.hand;
    const order = hand ? hand.showdown : [];
    find('showdown').hidden = order.length === 0;
    const key = `${order.join()} ${this.ready}`;
    if (find('showdown-rows').dataset.key === key) return;
    find('showdown-rows').dataset.key = key;
    find('showdown-rows').replaceChildren(...order.map((seat) => {
      const name = this.state.seats[seat - 1].name || '';
      const button = (label, kind, act) => h('button', {
        type: 'button', class: 'key', data: { [kind]: seat }, 'aria-label': `${label}, seat ${seat} ${name}`,
        disabled: !this.ready, onclick: act,
      }, label);
      return h('div', { class: 'show-row', data: { showdown: seat } },
        h('span', { class: 'show-name' }, `${seat} ${name}`),
        button('Show', 'show', () => this.show(seat)),
        button('Muck', 'muck', () => this.muck(seat)),
        button('Type', 'type', () => this.picker.openForShow(this.state, seat)));
    }));
  }
}

const page = new OperatorPage(new URLSearchParams(location.search), loginOf(location.hash));
page.feed.open();
