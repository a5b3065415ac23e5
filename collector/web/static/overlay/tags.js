// What stands beside a seat: its last act, its bet, all-in or folded, the name of its hand, what it won.

import { h, setData, setHidden, setText } from '../shared/dom.js';
import { field } from './field.js';

export class Tags {
  constructor({ wording, motion }) {
    this.wording = wording;
    this.motion = motion;
    const tag = (name) => field(name, 'span', `tag ${name}`);
    this.status = tag('status');
    this.action = tag('action');
    this.bet = tag('bet');
    this.made = tag('made');
    this.won = tag('won');
    const deeds = h('div', { class: 'deeds' }, this.status, this.action, this.bet, this.won);
    this.element = h('div', { class: 'tags' }, deeds, this.made);
  }

  draw(seat, hand) {
    const { wording } = this;
    const act = lastAct(seat, hand);
    const label = act ? wording.word(`action.${act.action}`, act.action.replace(/_/g, ' ')) : '';
    const over = hand && hand.street === 'complete';
    const talks = Boolean(act && hand && !over && label && act.street === talkedStreet(hand));
    const money = act && act.action !== 'fold' && act.action !== 'check' && act.to > 0;
    const said = talks ? `${label}${money ? ` ${wording.money(act.to)}` : ''}` : '';
    // A fold is told once, while it is news; after that the grey plate says it. All-in says more than bet or call.
    const news = act !== null && (act.action !== 'fold' || isLast(act, hand));
    const pushed = talks && act.all_in && seat.status === 'all_in';
    this.tag(this.action, said, talks && news && !pushed);
    setData(this.action, 'kind', act ? act.action : '');
    setData(this.action, 'value', act ? act.to : '');
    this.tag(this.bet, seat.bet ? wording.money(seat.bet) : '', seat.bet > 0 && !talks);
    setData(this.bet, 'value', seat.bet);
    this.drawStatus(seat, hand, over, pushed && money ? ` ${wording.money(act.to)}` : '');
    this.tag(this.won, seat.won ? `+${wording.money(seat.won)}` : '', Boolean(seat.won));
    setData(this.won, 'value', seat.won);
    this.drawMade(seat, hand);
  }

  // `pushed`: what an all-in that was just said came to.
  drawStatus(seat, hand, over, pushed) {
    setData(this.status, 'value', seat.status);
    const told = hand && seat.status !== 'in' && seat.status !== 'empty';
    const state = told ? this.wording.word(`status.${seat.status}`, '') : '';
    const status = `${state}${pushed}`;
    const worthIt = seat.status !== 'folded' && !(over && seat.status === 'all_in');
    this.tag(this.status, status, Boolean(status) && worthIt);
  }

  // Named when all five cards are out: before that it is the commentator's.
  drawMade(seat, hand) {
    const out = hand && hand.board.length === 5 && seat.status !== 'folded' && seat.status !== 'mucked';
    const made = (out && seat.made) || '';
    this.tag(this.made, made, Boolean(made));
    setData(this.made, 'value', seat.made);
  }

  tag(element, text, visible) {
    const news = visible && (element.hidden || element.textContent !== text);
    setText(element, text);
    setHidden(element, !visible);
    if (news) this.motion.pop(element);
  }
}

// The street whose acts are still worth reading: the last one bet on, until the next street has its first act.
function talkedStreet(hand) {
  const acts = hand.actions.filter((act) => act.street !== 'showdown' && act.street !== 'complete');
  const last = acts[acts.length - 1];
  if (!last) return hand.street;
  const settled = hand.waiting_for !== 'action' || hand.street === 'showdown';
  return settled ? last.street : hand.street;
}

// The seat's last act of the record: of an earlier street too, so that the call that closed the betting is seen.
function lastAct(seat, hand) {
  const own = (act) => act.seat === seat.seat && act.action !== 'show' && act.action !== 'muck';
  const acts = hand ? hand.actions.filter(own) : [];
  return acts[acts.length - 1] || seat.last_action;
}

function isLast(act, hand) {
  const last = hand && hand.actions[hand.actions.length - 1];
  return Boolean(last) && last.seat === act.seat && last.action === act.action && last.street === act.street;
}
