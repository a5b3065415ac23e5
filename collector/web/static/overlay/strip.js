// The strip at the top: event, table, level, blinds, game, number of the hand.

import { exactChips } from '../shared/chips.js';
import { h, setData, setHidden, setText } from '../shared/dom.js';
import { field } from './field.js';

export class Strip {
  constructor({ wording }) {
    this.wording = wording;
    this.eventName = field('event_name');
    this.tableName = field('table_name');
    this.level = field('level');
    this.game = field('game');
    this.blinds = field('blinds');
    this.smallBlind = field('small_blind');
    this.bigBlind = field('big_blind');
    this.ante = field('ante');
    this.bigBlindAnte = field('big_blind_ante');
    const slash = h('span', { class: 'slash' }, '/');
    this.slash = slash;
    this.blinds.append(this.smallBlind, slash, this.bigBlind, this.ante, this.bigBlindAnte);
    this.bomb = field('bomb');
    this.handNumber = field('hand_number');
    this.mode = field('mode');
    this.element = h('header', { class: 'strip' },
      this.eventName, this.tableName, this.level, this.blinds, this.game, this.bomb, this.handNumber, this.mode);
  }

  draw({ event_name: eventName, table_name: tableName, blinds, hand, mode, tournament }) {
    const { wording } = this;
    setText(this.eventName, eventName);
    setText(this.tableName, tableName);
    setHidden(this.tableName, !tableName);
    this.drawBlinds(blinds);
    this.words(this.level, tournament && tournament.level ? `${wording.word('level', '')} ${tournament.level}` : '');
    this.words(this.game, hand ? wording.game(hand) : '');
    setData(this.game, 'value', hand ? hand.game : '');
    this.words(this.bomb, hand && hand.bomb ? wording.word('bomb', '') : '');
    setHidden(this.handNumber, !hand);
    if (hand) {
      setText(this.handNumber, `${wording.word('hand', '')} ${exactChips(hand.hand_number)}`.trim());
      setData(this.handNumber, 'value', hand.hand_number);
    }
    this.words(this.mode, mode === 'rehearsal' ? wording.word('rehearsal', 'Rehearsal') : '');
  }

  words(element, text) {
    setText(element, text);
    setHidden(element, !text);
  }

  drawBlinds(blinds) {
    setHidden(this.blinds, !blinds);
    if (!blinds) return;
    this.drawBlind(this.smallBlind, blinds.small_blind, '');
    this.drawBlind(this.bigBlind, blinds.big_blind, '');
    this.drawBlind(this.ante, blinds.ante, this.wording.word('ante', ''));
    this.drawBlind(this.bigBlindAnte, blinds.big_blind_ante, this.wording.word('bb_ante', ''));
    setHidden(this.smallBlind, !blinds.small_blind);
    setHidden(this.slash, !blinds.small_blind);
    setHidden(this.ante, !blinds.ante);
    setHidden(this.bigBlindAnte, !blinds.big_blind_ante);
  }

  drawBlind(element, value, label) {
    setText(element, `${label} ${this.wording.blind(value)}`.trim());
    setData(element, 'value', value);
  }
}
