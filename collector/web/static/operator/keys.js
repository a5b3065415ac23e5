// Keys and touches of the operator page: which means what. What is legal the page says.

import { besideThis } from '../shared/address.js';
import { find, h } from '../shared/dom.js';
import { may } from '../shared/may.js';
import { PRESETS } from './entry.js';
import { nextStep } from './offers.js';

export class Keys {
  constructor(page) {
    this.page = page;
    this.waitingSeat = false; // S was pressed: the next digit is a seat
    this.wire();
  }

  wire() {
    const click = (id, act) => find(id).addEventListener('click', (event) => {
      if (event.detail > 0) find(id).blur(); // touched, not tabbed to: Enter must not press it again
      act();
    });
    click('fold', () => this.page.act('fold'));
    click('call', () => this.page.act('call'));
    click('raise', () => (this.page.entry.now && this.page.entry.parsed().amount !== undefined ? this.page.entry.commit() : this.page.entry.open()));
    click('allin', () => this.page.act('all_in'));
    click('hide', () => this.page.controls.hide());
    click('undo', () => this.page.undo());
    click('redo', () => this.page.redo());
    click('next', () => this.page.next());
    click('end-hand', () => this.page.command({ type: 'end_hand' }));
    click('go-on', () => this.page.command({ type: 'go_on' }));
    click('misdeal', () => this.page.misdeal());
    click('board-cards', () => may(this.page.state, 'deal_card') && this.page.picker.openForSeat(this.page.state, null));
    click('setup-open', () => this.page.state && this.page.setup.open(this.page.state, null));
    find('nodes-open').href = besideThis('nodes');
    click('floor-open', () => this.page.state && this.page.floor.open(this.page.state));
    click('floor-close', () => find('floor').close());
    click('start-with', () => this.page.state && nextStep(this.page.state) && this.page.starting.open(this.page.state));
    click('start-close', () => find('start').close());
    click('amend-open', () => this.page.state && this.page.amending.open(this.page.state));
    click('setup-close', () => find('setup').close());
    click('confirm-no', () => this.page.closeConfirm());
    click('confirm-yes', () => {
      const { yes } = this.page.confirming;
      this.page.closeConfirm();
      yes();
    });
    find('confirm').addEventListener('close', () => { this.page.confirming = null; });
    find('amount').addEventListener('input', () => this.page.entry.draw());
    find('amount').addEventListener('focus', () => this.page.entry.open());
    for (const preset of PRESETS) {
      find('presets').append(h('button', {
        type: 'button', class: 'key preset', data: { preset: preset.text }, onclick: () => this.page.entry.preset(preset.text),
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
    this.page.disarm();
    this.page.entry.close();
    this.page.say('', '');
  }

  enter(event, typing) {
    if (this.page.armed) {
      event.preventDefault();
      this.page.act('all_in');
    } else if (typing && this.page.entry.now) {
      event.preventDefault();
      this.page.entry.commit();
    }
  }

  presetKey(event) {
    const preset = PRESETS.find(({ key }) => event.code === `Digit${key}`);
    if (!preset) return;
    event.preventDefault();
    this.page.entry.preset(preset.text);
  }

  letter(event) {
    if (this.waitingSeat && /^[0-9]$/.test(event.key)) {
      this.waitingSeat = false;
      event.preventDefault(); // the digit is a seat, not the first letter in the dialog that may open
      this.page.say('', '');
      this.page.show(Number(event.key) || 10);
      return;
    }
    this.waitingSeat = false;
    if (/^[0-9]$/.test(event.key) && this.page.ready && this.page.drawing.key(Number(event.key))) {
      event.preventDefault();
      return;
    }
    const acts = {
      KeyF: () => this.page.act('fold'),
      KeyC: () => this.page.act('call'),
      KeyR: () => this.page.entry.open(),
      KeyB: () => this.page.entry.open(),
      KeyA: () => this.page.act('all_in'),
      KeyU: () => (event.shiftKey ? this.page.redo() : this.page.undo()),
      KeyN: () => this.page.next(),
      KeyM: () => this.page.muck(null),
      KeyS: () => this.askSeat(),
      KeyL: () => this.page.ready && this.page.state.hand && this.page.floor.open(this.page.state),
      KeyE: () => this.page.ready && this.page.amending.open(this.page.state),
      KeyW: () => this.page.ready && nextStep(this.page.state) && this.page.starting.open(this.page.state),
    };
    const key = event.code || `Key${event.key.toUpperCase()}`;
    if (!acts[key] || (event.shiftKey && key !== 'KeyU')) return;
    event.preventDefault();
    acts[key]();
  }

  askSeat() {
    this.waitingSeat = true;
    this.page.say('Show: press the seat, 1 to 9, 0 for 10.', '');
  }
}
