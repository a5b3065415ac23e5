// What the page shows of itself: the link, which buttons can be pressed, whose turn it is, who has yet to show.

import { exactChips } from '../shared/chips.js';
import { h, setText } from '../shared/dom.js';
import { actsOf, nextStep } from './offers.js';

const LINKS = {
  connecting: 'Connecting',
  online: 'Connected',
  lost: 'Disconnected',
  refused: 'Login refused',
  silent: 'No word from the collector',
};

const find = (id) => document.getElementById(id);

export class Controls {
  constructor(page) {
    this.page = page;
  }

  draw() {
    this.drawLink();
    this.drawControls();
  }

  drawLink() {
    const { link } = this.page.feed;
    setText(document.querySelector('[data-field=link]'), LINKS[link]);
    const text = link === 'refused' ? 'The broker refused this login. Check the link of this page.'
      : link === 'silent' ? 'No word from the collector. Entry is disabled.'
        : link === 'online' ? '' : `${LINKS[link]}. Entry is disabled; nothing is kept for later.`;
    setText(find('banner'), text);
    find('banner').hidden = !text;
  }

  drawControls() {
    const { ready } = this.page;
    const acts = actsOf(this.page.state);
    const hand = this.page.state && this.page.state.hand;
    const step = nextStep(this.page.state);
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
    enable('setup-open', this.page.state);
    enable('floor-open', ready && hand);
    enable('start-with', ready && step);
    enable('amend-open', ready);
    this.page.drawing.draw(this.page.state, ready);
    setText(find('next-label'), step === 'next' ? 'Next hand' : 'Start hand');
    if (acts && acts.bringIn !== null) setText(find('call-label'), `Bring in ${exactChips(acts.bringIn)}`);
    else setText(find('call-label'), acts && acts.call > 0 && !acts.check ? `Call ${exactChips(acts.call)}` : 'Check');
    setText(find('raise-label'), acts && acts.raise === 'bet' ? 'Bet' : 'Raise to');
    setText(find('allin-label'), this.page.armed ? `Confirm ${exactChips(acts ? acts.whole : 0)}` : 'All-in');
    find('allin').dataset.armed = this.page.armed ? '1' : '0';
    find('allin').setAttribute('aria-pressed', this.page.armed ? 'true' : 'false');
    setText(document.querySelector('[data-field=undo]'), hand ? String(hand.undo) : '');
    setText(document.querySelector('[data-field=redo]'), hand ? String(hand.redo) : '');
    setText(find('turn'), this.turnText(acts, hand, step));
  }

  turnText(acts, hand, step) {
    if (!this.page.state) return 'Waiting for the table.';
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

  drawShowdown() {
    const hand = this.page.state.hand;
    const order = hand ? hand.showdown : [];
    find('showdown').hidden = order.length === 0;
    const key = `${order.join()} ${this.page.ready}`;
    if (find('showdown-rows').dataset.key === key) return;
    find('showdown-rows').dataset.key = key;
    find('showdown-rows').replaceChildren(...order.map((seat) => {
      const name = this.page.state.seats[seat - 1].name || '';
      const button = (label, kind, act) => h('button', {
        type: 'button', class: 'key', data: { [kind]: seat }, 'aria-label': `${label}, seat ${seat} ${name}`,
        disabled: !this.page.ready, onclick: act,
      }, label);
      return h('div', { class: 'show-row', data: { showdown: seat } },
        h('span', { class: 'show-name' }, `${seat} ${name}`),
        button('Show', 'show', () => this.page.show(seat)),
        button('Muck', 'muck', () => this.page.muck(seat)),
        button('Type', 'type', () => this.page.picker.openForShow(this.page.state, seat)));
    }));
  }
}
