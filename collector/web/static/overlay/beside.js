// What stands beside a plate: its last act, what there is to call, its bet, what it drew, its runs and outs.

import { makeCard } from '../shared/cards.js';
import { formatShare } from '../shared/chips.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { field } from './field.js';
import { runWord } from './plate.js';

const POSTS = new Set(['ante', 'small_blind', 'big_blind', 'button_blind', 'straddle', 'late', 'dead', 'kill']);
const MOST_OUTS = 8; // cards; a number says how many there are
const QUIET = new Set(['fold', 'check']);
const BETS = new Set(['bet', 'raise', 'bring_in']);

export class Beside {
  constructor({ options, wording, motion }) {
    Object.assign(this, { options, wording, motion });
    const tag = (name) => field(name, 'span', `tag ${name}`);
    this.status = tag('status');
    this.action = tag('action');
    this.bet = tag('bet');
    this.call = tag('call');
    this.drawn = tag('drawn');
    this.runs = field('runs', 'div');
    this.outs = field('outs', 'div');
    this.element = h('div', { class: 'beside' },
      this.status, this.call, this.action, this.bet, this.drawn, this.runs, this.outs);
  }

  draw(seat, hand, about) {
    const act = lastAct(seat, hand);
    const over = hand !== null && hand.street === 'complete';
    const label = act ? this.wording.word(`action.${act.action}`, act.action.replace(/_/g, ' ')) : '';
    const said = Boolean(act && hand && !over && label && isTalk(act, hand));
    this.drawAction(seat, act, hand, label, said && !about.large);
    const answers = hand !== null && hand.legal !== null && hand.legal.seat === seat.seat && hand.legal.call > 0;
    this.figure(this.bet, '', seat.bet, seat.bet > 0 && !said && !answers && !about.large);
    setData(this.bet, 'value', seat.bet);
    this.drawStatus(seat, hand, over);
    this.drawCall(seat, hand);
    this.drawDrawn(seat, hand);
    this.drawRuns(seat, hand, over);
    this.drawOuts(seat, hand, about);
  }

  // A bet is news until another takes its place, any other act while it is the last; then it loses its colour. A fold is
  // told while it is the last.
  drawAction(seat, act, hand, label, said) {
    const last = act !== null && isLast(act, hand);
    const news = last || (act !== null && BETS.has(act.action) && isToMatch(act, hand));
    const shown = said && (act.action !== 'fold' || last);
    const worth = said && seat.effective && act.to === seat.bet ? seat.effective : act && act.to; // nobody can match more
    const amount = said && act.to > 0 && !QUIET.has(act.action) ? worth : null;
    this.figure(this.action, label, amount, shown);
    setData(this.action, 'kind', act ? act.action : '');
    setData(this.action, 'news', news ? '1' : '0');
    setData(this.action, 'allin', act && act.all_in ? '1' : '');
    setData(this.action, 'value', act ? act.to : '');
  }

  drawStatus(seat, hand, over) {
    setData(this.status, 'value', seat.status);
    const told = hand && ['mucked', 'out'].includes(seat.status);
    this.figure(this.status, told ? this.wording.word(`status.${seat.status}`, '') : '', null, Boolean(told) && !over);
  }

  // Beside who acts: what there is to call.
  drawCall(seat, hand) {
    const legal = hand && hand.legal && hand.legal.seat === seat.seat ? hand.legal : null;
    const call = legal ? legal.bring_in || legal.call : 0;
    this.figure(this.call, this.wording.word(legal && legal.bring_in ? 'action.bring_in' : 'to_call', ''), call, call > 0);
    setData(this.call, 'value', legal ? call : '');
    setData(this.call, 'odds', legal ? legal.pot_odds || '' : '');
  }

  // How many cards it drew stays until the next draw.
  drawDrawn(seat, hand) {
    const drawn = seat.drawn || [];
    const now = hand && hand.drawing && hand.drawing.includes(seat.seat);
    const last = drawn[drawn.length - 1];
    const shown = hand && last !== undefined && !now && hand.street !== 'complete' && ['in', 'all_in'].includes(seat.status);
    const text = last === 0 ? this.wording.word('pat', '') : `${this.wording.word('draws', '')} ${last}`;
    setData(this.drawn, 'value', shown ? last : '');
    this.figure(this.drawn, shown ? text : '', null, Boolean(shown));
  }

  drawRuns(seat, hand, over) {
    const runs = hand && !over && seat.equity !== null && seat.runs ? seat.runs : [];
    while (this.runs.children.length > runs.length) this.runs.lastElementChild.remove();
    runs.forEach((run, at) => {
      let item = this.runs.children[at];
      if (!item) {
        item = h('span', { class: 'run', data: { run: at + 1 } }, h('b', {}, String(at + 1)), ' ', h('span', {}));
        this.runs.append(item);
      }
      const board = hand.boards[at] || [];
      const word = board.length === 5 ? runWord(run.equity) : '';
      setData(item, 'over', word);
      setData(item, 'value', run.equity);
      setText(item.lastElementChild, word ? this.wording.word(`run.${word}`, word) : formatShare(run.equity));
    });
    setHidden(this.runs, !runs.length);
  }

  // Cards that would put it in front, of a hand that is played out.
  drawOuts(seat, hand, { moment }) {
    const found = this.options.outs !== 'never' && moment === 'duel' && hand ? seat.outs : null;
    const cards = found ? found.win : [];
    const key = cards.join(' ');
    setData(this.outs, 'value', key);
    setHidden(this.outs, !cards.length);
    if (this.outs.dataset.key === key) return;
    setData(this.outs, 'key', key);
    const words = h('span', { class: 'outs-count' }, h('b', {}, String(cards.length)), ` ${this.wording.word('outs', '')}`);
    const shown = cards.length <= MOST_OUTS ? h('span', { class: 'outs-cards' }, ...cards.map(makeCard)) : null;
    this.outs.replaceChildren(...(cards.length ? [words, shown].filter(Boolean) : []));
  }

  // A word and an amount behind it; the amount's big blinds stand under it.
  figure(element, label, amount, visible) {
    const money = amount === null ? '' : this.wording.money(amount);
    const beside = amount === null ? '' : this.wording.besideMoney(amount);
    const text = [label, money, beside].filter(Boolean).join(' ');
    const news = visible && (element.hidden || element.textContent !== text);
    if (element.textContent !== text) {
      const parts = [label && h('span', { class: 'label' }, label), money && h('b', {}, money), beside && h('span', { class: 'in-bb' }, beside)];
      element.replaceChildren(...parts.filter(Boolean).flatMap((part, at) => (at ? [' ', part] : [part])));
    }
    setHidden(element, !visible);
    if (news) this.motion.badge(element);
  }
}

// Whether an act is still worth reading: it is of the street that was bet on last, until the next one has its first act;
// a post is until somebody acts.
function isTalk(act, hand) {
  const acts = hand.actions.filter((one) => one.street !== 'showdown' && one.street !== 'complete');
  const last = acts[acts.length - 1];
  if (!last) return act.street === hand.street;
  if (POSTS.has(act.action) && acts.some((one) => !POSTS.has(one.action))) return false;
  const settled = hand.waiting_for !== 'action' || hand.street === 'showdown';
  return act.street === (settled ? last.street : hand.street);
}

// The seat's last act of the record: of an earlier street too, so that the call that closed the betting is seen.
function lastAct(seat, hand) {
  const own = (act) => act.seat === seat.seat && act.action !== 'show' && act.action !== 'muck';
  const acts = hand ? hand.actions.filter(own) : [];
  return acts[acts.length - 1] || seat.last_action;
}

// Whether a bet is the last one of its street.
function isToMatch(act, hand) {
  const bets = hand ? hand.actions.filter((one) => BETS.has(one.action)) : [];
  const last = bets[bets.length - 1];
  return Boolean(last) && last.seat === act.seat && last.street === act.street && last.to === act.to;
}

function isLast(act, hand) {
  const last = hand && hand.actions[hand.actions.length - 1];
  return Boolean(last) && last.seat === act.seat && last.action === act.action && last.street === act.street;
}
