// The amount of a bet or raise while it is typed: what it comes to, and whether it can be entered.

import { amountContext, parseAmount } from '../shared/amount.js';
import { exactChips } from '../shared/chips.js';
import { find, setText } from '../shared/dom.js';
import { actsOf } from './offers.js';

// Sizes at a touch, and with Alt and a digit. `text`: as if it were typed.
export const PRESETS = [
  { key: '1', text: 'min', label: 'Min' },
  { key: '2', text: '1/3', label: '1/3 pot' },
  { key: '3', text: '1/2', label: '1/2 pot' },
  { key: '4', text: '2/3', label: '2/3 pot' },
  { key: '5', text: 'pot', label: 'Pot' },
  { key: '6', text: '2x', label: '2x' },
  { key: '7', text: '3x', label: '3x' },
];
const FAULTS = {
  unreadable: () => 'Not an amount. Try 25k, 1.2m, 3x, 22bb, 1/2, pot, max.',
  not_whole: () => 'Not a whole number of chips.',
  above_max: (limit) => `Too much: at most ${exactChips(limit)}.`,
  below_min: (limit) => `Too little: at least ${exactChips(limit)}.`,
};

export class AmountEntry {
  constructor(page) {
    this.page = page;
    this.now = null; // {seat, decision} while an amount is being typed
  }

  open() {
    const acts = actsOf(this.page.state);
    if (!acts || !acts.raise || !this.page.ready) return;
    this.page.disarm();
    if (!this.now) {
      this.now = { seat: acts.seat, decision: this.page.state.decision };
      find('amount').value = '';
    }
    this.page.draw();
    find('amount').focus();
  }

  close() {
    if (!this.now) return;
    this.now = null;
    find('amount').value = '';
    find('amount').blur();
    this.page.draw();
  }

  preset(text) {
    this.open();
    if (!this.now) return;
    find('amount').value = text;
    this.draw();
    find('amount').focus();
  }

  parsed() {
    const context = amountContext(this.page.state);
    return context ? parseAmount(find('amount').value, context) : { fault: 'empty' };
  }

  commit() {
    const acts = actsOf(this.page.state);
    if (!this.now || !acts || !acts.raise || !this.page.ready) return;
    const { amount } = this.parsed();
    if (amount === undefined) return;
    const { seat } = this.now;
    this.close();
    this.page.command({ type: acts.raise, seat, amount });
  }

  draw() {
    const acts = actsOf(this.page.state);
    const open = Boolean(this.now);
    document.body.dataset.entry = open ? '1' : '0';
    const word = acts && acts.raise === 'bet' ? 'Bet' : 'Raise to';
    setText(find('amount-label'), acts && acts.raise === 'bet' ? 'Bet, total' : 'Raise to, total');
    const result = open ? this.parsed() : { fault: 'empty' };
    const echo = find('echo');
    echo.dataset.value = result.amount === undefined ? '' : String(result.amount);
    echo.dataset.fault = result.fault && result.fault !== 'empty' ? result.fault : '';
    find('amount').setAttribute('aria-invalid', echo.dataset.fault ? 'true' : 'false');
    if (result.amount !== undefined) setText(echo, `${word} ${exactChips(result.amount)} \u23ce`);
    else if (result.fault === 'empty') setText(echo, this.range());
    else setText(echo, FAULTS[result.fault](result.limit));
    setText(find('raise-label'), result.amount === undefined ? word : `${word} ${exactChips(result.amount)}`);
  }

  range() {
    const context = amountContext(this.page.state);
    return context ? `${exactChips(context.minTo)} to ${exactChips(context.maxTo)}` : '';
  }
}
