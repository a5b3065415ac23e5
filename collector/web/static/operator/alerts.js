// What the collector tells the floor: what is wrong, where, and what to do. The newest first, until somebody has seen it.
// Where an answer is wanted it is one touch: a fold that was seen, a reading that was flagged. Where the floor has to say
// which card it saw, a touch opens the form for it.

import { h } from '../shared/dom.js';

const MOST = 6;
const WORDS = { info: 'Note', warning: 'Look', error: 'Error' };
const ANSWERS = {
  DUPLICATE_CARD: [['here', 'It is here'], ['there', 'It is there'], ['nowhere', 'Neither']],
  RESTING_DECK: [['here', 'Deal it'], ['there', 'Ignore it']],
  UNKNOWN_TAG: [['there', 'Ignore it']],
  ONE_CARD_FITS: [['here', 'Take it'], ['there', 'No']],
};

// A card in two places: the alert stays until somebody clears it, since one word may not settle all of it.
const CONTESTED = ['CARD_CONTESTED', 'HAND_HELD'];

// A list that a state has no room for: taking it away is one touch, and a shorter one can be given afterwards.
const SHORTER = {
  levels: ['Take the levels away', { type: 'set_levels', levels: [] }],
  side_games: ['End the side games', { type: 'set_side_games', bounties: [] }],
  tournament: ['Take the payouts away', { type: 'set_tournament', payouts: [] }],
};

export class Alerts {
  // `fold(seat)`: enter the fold or muck that was seen. `command(body)`: send one. `leftOut()`: what the state lacks.
  // `settle(alert)`: have the floor say where a contested card lies.
  constructor(section, list, clear, { fold, command, leftOut, settle }) {
    this.section = section;
    this.list = list;
    this.fold = fold;
    this.command = command;
    this.leftOut = leftOut;
    this.settle = settle;
    this.alerts = [];
    clear.addEventListener('click', () => this.clear());
  }

  // The same fault again counts up instead of filling the list.
  add(alert) {
    const same = this.alerts.find((known) => known.code === alert.code && known.message === alert.message);
    const times = same ? same.times + 1 : 1;
    const flag = alert.flag || (same ? same.flag : null); // a repeated alert asks nothing anew
    this.alerts = [{ ...alert, flag, times }, ...this.alerts.filter((known) => known !== same)].slice(0, MOST);
    this.draw();
  }

  clear() {
    this.alerts = [];
    this.draw();
  }

  done(alert) {
    this.alerts = this.alerts.filter((known) => known !== alert);
    this.draw();
  }

  answers(alert) {
    const key = (label, id, act) => h('button', {
      type: 'button', class: 'key small', data: { answer: id }, onclick: () => { act(); this.done(alert); },
    }, label);
    if (alert.code === 'FOLD_SUGGESTED') return [key(`Seat ${alert.seat} folds`, 'fold', () => this.fold(alert.seat))];
    if (alert.code === 'STATE_TOO_LARGE') {
      const given = this.leftOut().filter((name) => name in SHORTER);
      return given.map((name) => key(SHORTER[name][0], name, () => this.command(SHORTER[name][1])));
    }
    if (CONTESTED.includes(alert.code)) {
      return [h('button', { type: 'button', class: 'key small', data: { answer: 'settle' }, onclick: () => this.settle(alert) }, 'Say where it lies')];
    }
    if (!alert.flag) return [];
    return (ANSWERS[alert.code] || []).map(([take, words]) => key(
      words, take, () => this.command({ type: 'resolve_flag', flag: alert.flag, take })));
  }

  draw() {
    this.section.hidden = this.alerts.length === 0;
    this.list.replaceChildren(...this.alerts.map((alert) => {
      const answers = this.answers(alert);
      return h(
        'li',
        { data: { alert: alert.code, severity: alert.severity } },
        h('strong', {}, WORDS[alert.severity] || 'Look'),
        h('span', {}, alert.times > 1 ? `${alert.message} (${alert.times} times)` : alert.message),
        answers.length ? h('div', { class: 'answers' }, ...answers) : null,
      );
    }));
  }
}
