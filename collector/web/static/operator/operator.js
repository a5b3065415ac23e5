// The operator page: draws the public state, turns keys and touches into commands, shows what the collector says.
//
// A key is taken only when its act is legal, the link is up, and the last command has been answered and drawn.

import { readAddress } from '../shared/address.js';
import { Feed } from '../shared/connection.js';
import { PersonDoor } from '../shared/door.js';
import { find, setText } from '../shared/dom.js';
import { may } from '../shared/may.js';
import { Sender } from '../shared/sender.js';
import { alertTopic, floorTopic, tableDesk } from '../shared/topics.js';
import { Alerts } from './alerts.js';
import { AmendDialog } from './amend_dialog.js';
import { Controls } from './controls.js';
import { DrawPanel } from './draw_panel.js';
import { AmountEntry } from './entry.js';
import { EventTables } from './event_tables.js';
import { FloorDialog } from './floor_dialog.js';
import { Keys } from './keys.js';
import { actsOf, isPlaying, nameOfCommand, nextStep } from './offers.js';
import { CardPicker } from './picker.js';
import { SettleDialog } from './settle_dialog.js';
import { SetupPanel } from './setup.js';
import { StartDialog } from './start_dialog.js';
import { TableMap } from './table_map.js';
import { TypedCards } from './typed_cards.js';

const ARM_MS = 5000;
const BOUNCE_MS = 200; // two touches closer together than this are one
const STATE_MS = 3000; // a state that has the last answer comes at once; one that never comes must not lock the page

export class OperatorPage {
  constructor({ table }) {
    this.state = null;
    this.wanted = null; // the decision of a state that must be drawn before the next entry
    this.armed = null; // {decision, since, timer} after the first All-in
    this.alerts = new Alerts(find('alerts'), find('alert-list'), find('alerts-clear'), {
      fold: (seat) => this.foldSeen(seat),
      command: (body) => this.command(body),
      leftOut: () => (this.state && this.state.left_out) || [],
      settle: (alert) => this.state && this.settling.open(alert, this.state),
    });
    this.feed = new Feed({
      door: new PersonDoor({ known: (me) => setText(find('who'), me.user) }),
      table,
      channel: 'public',
      silentAfter: 15_000,
      onState: (state) => this.took(state),
      onLink: () => this.linkChanged(),
    });
    this.feed.hear(() => alertTopic(table), (alert) => this.alerts.add(alert));
    this.feed.hear(() => floorTopic(table), (alert) => this.alerts.add(alert)); // the broker tells it to the floor only
    this.sender = new Sender(this.feed, (user) => tableDesk(table, user), {
      onChange: () => this.draw(),
      onAnswer: (command, reply) => this.answered(command, reply),
    });
    const command = (body) => this.command(body);
    this.typed = new TypedCards();
    this.picker = new CardPicker(command, (seat, cards) => this.show(seat, cards), this.typed);
    this.event = new EventTables(this.feed, (text, tone) => this.say(text, tone), () => this.setup.rebuild());
    this.setup = new SetupPanel(command, this.event);
    this.floor = new FloorDialog(command);
    this.settling = new SettleDialog(command);
    this.starting = new StartDialog(command);
    this.amending = new AmendDialog(command);
    this.drawing = new DrawPanel(find('drawing'), find('drawing-title'), find('drawing-row'), command);
    this.map = new TableMap(find('seats'), (seat) => this.openSeat(seat));
    this.entry = new AmountEntry(this);
    this.controls = new Controls(this);
    this.keys = new Keys(this);
    this.draw();
  }

  // --- what arrives

  took(state) {
    this.controls.keepLastHand(this.state, state);
    this.state = state;
    if (this.wanted !== null && state.decision >= this.wanted) this.wanted = null;
    if (this.entry.now && this.entry.now.decision !== state.decision) this.entry.close();
    if (this.armed && this.armed.decision !== state.decision) this.disarm();
    if (find('confirm').open && this.confirming && this.confirming.decision !== state.decision) this.closeConfirm();
    this.draw();
  }

  linkChanged() {
    if (this.feed.link !== 'online') {
      this.entry.close();
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
      if (reply.error && reply.error.code === 'CARDS_UNREAD') this.picker.openForShow(this.state, command.seat);
    } else {
      this.typed.took(command);
      this.settling.took(command);
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
    this.entry.close();
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

  // Starting the next hand puts the finished one away.
  next() {
    if (nextStep(this.state) && this.ready) this.command({ type: 'start_hand' });
  }

  show(seat, cards = null) {
    if (!may(this.state, 'show', seat)) {
      this.say(`Seat ${seat} has no hand to show now.`, 'bad');
      return;
    }
    this.command(cards ? { type: 'show', seat, cards } : { type: 'show', seat }); // cards that are not known are asked for
  }

  // Without a seat: the first that has yet to show or muck.
  muck(seat) {
    const hand = this.state && this.state.hand;
    const who = seat || (hand && hand.showdown[0]);
    if (!who) return;
    if (may(this.state, 'muck', who)) this.command({ type: 'muck', seat: who });
    else this.say(`Seat ${who} may not muck now.`, 'bad');
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
    if (!isPlaying(this.state) || !may(this.state, 'misdeal')) return;
    this.confirm('Misdeal? The hand is void and every stack is as it was before.', () => this.command({ type: 'misdeal', override: true }));
  }

  undo() {
    if (this.ready && may(this.state, 'undo')) this.command({ type: 'undo' });
  }

  redo() {
    if (this.ready && may(this.state, 'redo')) this.command({ type: 'redo' });
  }

  // A fold that was seen on the muck: entered at once when it is that seat's turn, a muck at the showdown.
  foldSeen(seat) {
    const acts = actsOf(this.state);
    if (may(this.state, 'muck', seat)) this.muck(seat);
    else if (acts && acts.seat === seat && acts.fold) this.act('fold');
    else this.say(`Seat ${seat} is not to act: enter the seats before it first.`, 'bad');
  }

  openSeat(seat) {
    if (!this.state) return;
    if (isPlaying(this.state) && this.state.seats[seat - 1].status !== 'empty') {
      this.picker.openForSeat(this.state, seat);
    } else this.setup.open(this.state, seat);
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
    this.controls.draw();
    if (!this.state) return;
    document.body.dataset.seq = this.state.seq;
    document.body.dataset.decision = this.state.decision;
    this.map.draw(this.state);
    this.controls.drawShowdown();
    this.entry.draw();
    this.picker.refresh(this.state);
    this.setup.refresh(this.state);
    this.floor.refresh(this.state);
  }
}

new OperatorPage(readAddress()).feed.open();
