// What the page shows of itself: the link, which buttons can be pressed, whose turn it is, who has yet to show.

import { exactChips } from '../shared/chips.js';
import { LINKS } from '../shared/connection.js';
import { find, h, isolated, setText } from '../shared/dom.js';
import { may } from '../shared/may.js';
import { actsOf, isPlaying, nextStep } from './offers.js';

const WORDS = { ...LINKS, silent: `${LINKS.silent} from the collector` }; // this page hears nobody else

export class Controls {
  constructor(page) {
    this.page = page;
  }

  // The hand that was put away last can be had as a file.
  keepLastHand(last, state) {
    const before = last && last.hand;
    if (!before || before.hand_id === state.hand_id) return;
    const link = find('export-hand');
    link.href = `../api/v1/events/${state.event_id}/hands/${before.hand_id}/export?format=json`;
    setText(link, `Export hand ${before.hand_number}`);
    link.hidden = false;
  }

  draw() {
    this.drawLink();
    this.drawControls();
  }

  drawLink() {
    const { link, refusal } = this.page.feed;
    setText(document.querySelector('[data-field=link]'), WORDS[link]);
    const text = link === 'refused' ? `Not let in: ${refusal.message}. Entry is disabled.`
      : link === 'silent' ? `${WORDS.silent}. Entry is disabled.`
        : link === 'online' ? '' : `${WORDS[link]}. Entry is disabled; nothing is kept for later.`;
    setText(find('banner'), text);
    find('banner').hidden = !text;
  }

  // Goes out at once, whatever else waits for an answer: cards that should not be seen are on air now.
  hide() {
    const { feed, sender, state } = this.page;
    if (feed.link !== 'online' || !state) this.page.say('Not connected: nothing was hidden. Hide at the source.', 'bad');
    else sender.send({ type: state.masked ? 'unmask' : 'mask' });
  }

  // What is on air: the mode, and whether everything is hidden.
  drawAir(state) {
    const masked = Boolean(state && state.masked);
    find('hide').setAttribute('aria-pressed', String(masked));
    setText(find('hide'), masked ? 'Show again' : 'Hide');
    find('mode').hidden = !state || (state.mode === 'programme' && !masked);
    setText(find('mode'), masked ? 'Everything is hidden' : state ? state.mode : '');
    document.body.dataset.masked = String(masked);
  }

  drawControls() {
    const { ready, state } = this.page;
    const acts = actsOf(state);
    const hand = state && state.hand;
    const step = nextStep(state);
    const enable = (id, on) => { find(id).disabled = !on; };
    enable('fold', ready && acts && acts.fold);
    enable('call', ready && acts && (acts.check || acts.call > 0 || acts.bringIn !== null));
    enable('raise', ready && acts && acts.raise);
    enable('allin', ready && acts && acts.allIn);
    enable('amount', ready && acts && acts.raise);
    for (const preset of find('presets').children) preset.disabled = !(ready && acts && acts.raise);
    enable('undo', ready && may(state, 'undo'));
    enable('redo', ready && may(state, 'redo'));
    enable('next', ready && step);
    enable('end-hand', ready && may(state, 'end_hand'));
    enable('misdeal', ready && isPlaying(state) && may(state, 'misdeal'));
    find('go-on').hidden = !may(state, 'go_on');
    enable('go-on', ready && may(state, 'go_on'));
    enable('board-cards', ready && may(state, 'deal_card'));
    enable('setup-open', state);
    this.drawAir(state);
    enable('floor-open', ready && hand);
    enable('start-with', ready && step);
    enable('amend-open', ready);
    this.page.drawing.draw(state, ready);
    setText(find('next-label'), step === 'next' ? 'Next hand' : 'Start hand');
    if (acts && acts.bringIn !== null) setText(find('call-label'), `Bring in ${exactChips(acts.bringIn)}`);
    else setText(find('call-label'), acts && acts.call > 0 && !acts.check ? `Call ${exactChips(acts.call)}` : 'Check');
    setText(find('raise-label'), acts && acts.raise === 'bet' ? 'Bet' : 'Raise to');
    setText(find('allin-label'), this.page.armed ? `Confirm ${exactChips(acts ? acts.allInTo : 0)}` : 'All-in');
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
      return `Seat ${acts.seat}, ${isolated(acts.name)}: ${call}.`;
    }
    if (step === 'start') return 'No hand is running. N starts one.';
    if (hand.waiting_for === 'next_hand') return 'The hand is over. N starts the next.';
    if (hand.waiting_for === 'draw') return `Seat ${hand.drawing[0]} draws: press the number of cards, 0 stands pat.`;
    if (hand.waiting_for === 'showdown') return `Showdown: seat ${hand.showdown.join(', then ')} to show or muck.`;
    if (hand.waiting_for === 'up_cards') return `Waiting for cards face up: ${this.seatsAwaited()}.`;
    return hand.waiting_for === 'board' ? `Waiting for ${boardsAwaited(hand)}.` : 'Waiting.';
  }

  seatsAwaited() {
    const seats = this.page.state.seats.filter((view) => view.awaited > 0 && view.status !== 'empty');
    return seats.map((view) => `seat ${view.seat}`).join(', ') || 'none';
  }

  drawShowdown() {
    const { ready, state } = this.page;
    const order = state.hand ? state.hand.showdown : [];
    find('showdown').hidden = order.length === 0;
    const open = order.map((seat) => ['show', 'muck'].filter((type) => ready && may(state, type, seat)));
    const key = JSON.stringify([order, open]);
    if (find('showdown-rows').dataset.key === key) return;
    find('showdown-rows').dataset.key = key;
    find('showdown-rows').replaceChildren(...order.map((seat, at) => {
      const name = state.seats[seat - 1].name || '';
      const button = (label, kind, type, act) => h('button', {
        type: 'button', class: 'key', data: { [kind]: seat }, 'aria-label': `${label}, seat ${seat} ${name}`,
        disabled: !open[at].includes(type), onclick: act,
      }, label);
      return h('div', { class: 'show-row', data: { showdown: seat } },
        h('span', { class: 'show-name' }, `${seat} ${name}`),
        button('Show', 'show', 'show', () => this.page.show(seat)),
        button('Muck', 'muck', 'muck', () => this.page.muck(seat)),
        button('Type', 'type', 'show', () => this.page.picker.openForShow(this.page.state, seat)));
    }));
  }
}

// What the boards wait for, in words: "the board: 3 cards", "board 1: 1 card, board 2: 1 card".
function boardsAwaited(hand) {
  const several = hand.awaited.length > 1;
  const parts = hand.awaited.map((cards, at) => [several ? `board ${at + 1}` : 'the board', cards]).filter(([, cards]) => cards > 0);
  return parts.map(([name, cards]) => `${name}: ${cards} ${cards === 1 ? 'card' : 'cards'} to come`).join(', ') || 'the board';
}
