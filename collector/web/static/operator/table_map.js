// The table from above: seats, stacks, bets, whose turn it is, the board and the record.

import { cardName, makeCard } from '../shared/cards.js';
import { exactChips } from '../shared/chips.js';
import { h, isolated, setData, setHidden, setText } from '../shared/dom.js';
import { nameOfGame } from './games.js';

const STATUS = { empty: 'Empty', out: 'Out', in: '', folded: 'Folded', mucked: 'Mucked', all_in: 'ALL IN' };
const RECORD_LENGTH = 14;

const named = (name) => document.querySelector(`.top [data-field=${name}], .middle [data-field=${name}]`);

export class TableMap {
  constructor(box, onSeat) {
    this.seats = [];
    for (let number = 1; number <= 10; number += 1) {
      const part = (name) => h('span', { class: name, data: { field: name } });
      const seat = {
        position: part('position'), name: part('name'), stack: part('stack'), bet: part('bet'),
        cards: part('cards'), status: part('status'), awaited: part('awaited'), turn: h('span', { class: 'turn-mark', 'aria-hidden': 'true' }, '\u25b6 to act'),
      };
      seat.button = h('button', { type: 'button', class: 'seat', data: { seat: number }, 'aria-label': `Seat ${number}`, onclick: () => onSeat(number) },
        h('span', { class: 'seat-row-1' }, h('span', { class: 'seat-number', 'aria-hidden': 'true' }, String(number)), seat.name, seat.position),
        seat.stack, h('span', { class: 'seat-row-3' }, seat.cards, seat.awaited, seat.status, seat.bet), seat.turn);
      this.seats.push(seat);
      box.append(seat.button);
    }
  }

  draw(state) {
    const { hand } = state;
    setText(named('table_name'), state.table_name);
    setText(named('event_name'), state.event_name);
    setText(named('hand_number'), hand ? `Hand ${hand.hand_number}` : 'No hand');
    setText(named('street'), hand ? hand.street : '');
    setText(named('game'), state.game === 'holdem' ? '' : nameOfGame(hand ? hand.game : state.game));
    setText(named('blinds'), this.blinds(state.blinds));
    state.seats.forEach((seat) => this.drawSeat(seat, hand));
    this.drawBoard(hand);
    this.drawFurther(hand);
    this.drawRecord(state);
  }

  blinds(blinds) {
    if (!blinds) return 'No blinds set';
    const ante = blinds.ante ? `, ante ${exactChips(blinds.ante)}` : '';
    const big = blinds.big_blind_ante ? `, BB ante ${exactChips(blinds.big_blind_ante)}` : '';
    return `${exactChips(blinds.small_blind)}/${exactChips(blinds.big_blind)}${ante}${big}`;
  }

  drawSeat(seat, hand) {
    const parts = this.seats[seat.seat - 1];
    const turn = Boolean(hand && hand.to_act === seat.seat);
    const taken = seat.status !== 'empty';
    setData(parts.button, 'status', seat.status);
    setData(parts.button, 'toAct', turn ? '1' : '0');
    setText(parts.position, seat.position === 'BTN' ? 'D' : seat.position || '');
    setHidden(parts.position, !seat.position);
    setText(parts.name, taken ? seat.name || '' : 'Empty');
    setText(parts.stack, taken ? exactChips(seat.stack) : '');
    setData(parts.stack, 'value', seat.stack);
    setText(parts.bet, seat.bet ? `\u25c9 ${exactChips(seat.bet)}` : ''); // a chip before the seat; the label says it in words
    setData(parts.bet, 'value', seat.bet);
    setHidden(parts.bet, !seat.bet);
    setText(parts.status, taken ? STATUS[seat.status] : '');
    setHidden(parts.status, !parts.status.textContent);
    setHidden(parts.turn, !turn);
    const up = seat.hole ? [] : seat.up;
    const cards = [seat.hole ? seat.hole.join(' ') : `${seat.cards}`, ...up.map(String)].join(' ');
    if (parts.cards.dataset.value !== cards) {
      setData(parts.cards, 'value', cards);
      const faces = seat.hole ? [...seat.hole] : new Array(seat.cards).fill(null);
      parts.cards.replaceChildren(...[...faces, ...up].map(makeCard));
    }
    const lacking = hand && hand.waiting_for !== 'next_hand' ? seat.awaited : 0;
    setData(parts.button, 'awaited', lacking);
    setText(parts.awaited, lacking ? `${lacking} to come` : '');
    setHidden(parts.awaited, !lacking);
    const open = up.filter(Boolean).map(cardName).join(' ');
    parts.button.setAttribute('aria-label', `Seat ${seat.seat}, ${parts.name.textContent} ${parts.stack.textContent}` +
      `${seat.bet ? `, bet ${exactChips(seat.bet)}` : ''}${turn ? ', to act' : ''}` +
      `${open ? `, face up ${open}` : ''}${lacking ? `, ${lacking} to come` : ''} ${parts.status.textContent}`);
  }

  drawBoard(hand) {
    const board = named('board');
    const cards = hand ? hand.board : [];
    if (board.dataset.value !== cards.join(' ')) {
      setData(board, 'value', cards.join(' '));
      board.replaceChildren(...cards.map(makeCard));
    }
    setText(named('pot'), exactChips(hand ? hand.pot : 0));
    setData(named('pot'), 'value', hand ? hand.pot : 0);
    const pots = hand && hand.pots.length > 1 ? hand.pots : [];
    setText(named('pots'), pots.map((pot, at) => `${at ? 'Side' : 'Main'} ${exactChips(pot.amount)}`).join(' \u00b7 '));
  }

  // The boards beside the first, each under its name.
  drawFurther(hand) {
    const box = document.getElementById('further-boards');
    const boards = hand ? hand.boards.slice(1) : [];
    const key = JSON.stringify(boards);
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.replaceChildren(...boards.map((cards, at) => h('div', {
      class: 'board', role: 'group', 'aria-label': `Board ${at + 2}`, data: { board: at + 2, value: cards.join(' ') },
    }, h('span', { class: 'board-name' }, `Board ${at + 2}`), ...cards.map(makeCard))));
  }

  drawRecord(state) {
    const list = document.getElementById('record');
    const hand = state.hand;
    const acts = hand ? hand.actions.slice(-RECORD_LENGTH).reverse() : [];
    const lines = acts.map((act) => {
      const name = isolated(state.seats[act.seat - 1].name || `Seat ${act.seat}`);
      const paid = act.amount > 0 ? act.to || act.amount : 0; // a fold leaves what was bet, and pays nothing
      const money = paid ? ` ${exactChips(paid)}` : '';
      return `${act.street}: ${name} ${act.action.replace(/_/g, ' ')}${money}${act.all_in ? ' all-in' : ''}`;
    });
    if (hand) lines.unshift(...hand.winners.map((win) => `${isolated(state.seats[win.seat - 1].name || String(win.seat))} wins ${exactChips(win.amount)}${win.hand ? `, ${win.hand}` : ''}`));
    if (hand) lines.push(...hand.rulings.map((ruling) => `Ruling: ${ruling}`));
    const text = lines.join('\n');
    if (list.dataset.text === text) return;
    list.dataset.text = text;
    list.replaceChildren(...lines.map((line) => h('li', {}, line)));
  }
}
