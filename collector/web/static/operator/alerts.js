// What the collector tells the floor: what is wrong, where, and what to do. The newest first, until somebody has seen it.

import { h } from '../shared/dom.js';

const MOST = 6;

export class Alerts {
  constructor(section, list, clear) {
    this.section = section;
    this.list = list;
    this.alerts = [];
    clear.addEventListener('click', () => this.clear());
  }

  // The same fault again counts up instead of filling the list.
  add(alert) {
    const same = this.alerts.find((known) => known.code === alert.code && known.message === alert.message);
    const times = same ? same.times + 1 : 1;
    this.alerts = [{ ...alert, times }, ...this.alerts.filter((known) => known !== same)].slice(0, MOST);
    this.draw();
  }

  clear() {
    this.alerts = [];
    this.draw();
  }

  draw() {
    this.section.hidden = this.alerts.length === 0;
    this.list.replaceChildren(...this.alerts.map((alert) => h(
      'li',
      { data: { alert: alert.code, severity: alert.severity } },
      h('strong', {}, alert.severity === 'error' ? 'Error' : 'Look'),
      h('span', {}, alert.times > 1 ? `${alert.message} (${alert.times} times)` : alert.message),
    )));
  }
}
