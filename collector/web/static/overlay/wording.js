// How words and amounts read in this overlay: its language, chips or big blinds, exact or short. Draws nothing.

import { formatBigBlinds, formatBlind, formatChips } from '../shared/chips.js';

const RANK = { T: '10' };
const MOST_EXACT = 99_999_999; // above it no column has room for every digit

export class Wording {
  // `options`: as the address of the page has them. `words`: those of its language, by key.
  constructor(options, words) {
    this.options = options;
    this.words = words;
    this.bigBlind = 0; // of the state that is drawn; 0: no blinds are set
    this.smart = false; // of the state that is drawn: an amount of it is too long for every digit
  }

  word(key, otherwise) {
    const word = this.words[key];
    return word === undefined ? otherwise : word;
  }

  // All amounts of a picture are written in one way.
  heed({ blinds, seats, hand }) {
    this.bigBlind = blinds ? blinds.big_blind : 0;
    this.smart = seats.some((seat) => seat.stack > MOST_EXACT || seat.bet > MOST_EXACT) || (hand !== null && hand.pot > MOST_EXACT);
  }

  get precision() {
    return this.smart ? 'smart' : this.options.precision;
  }

  // The amount as the viewer wants it: chips, or big blinds.
  money(value) {
    if (this.options.amounts !== 'bb' || !this.bigBlind) return formatChips(value, this.precision);
    return this.inBigBlinds(value);
  }

  // What stands beside an amount in chips, for a viewer who wants both; '' for others.
  besideMoney(value) {
    return this.options.amounts === 'both' && this.bigBlind && value ? this.inBigBlinds(value) : '';
  }

  blind(value) {
    return formatBlind(value, this.options.precision);
  }

  inBigBlinds(value) {
    return `${formatBigBlinds(value, this.bigBlind)} ${this.word('bb', 'BB')}`;
  }

  // The game as a viewer calls it: pot-limit Omaha.
  game(hand) {
    const name = this.word(`game.${hand.game}`, '');
    return [this.word(`betting.${hand.betting}`, ''), name].filter(Boolean).join(' ');
  }

  // A made hand, a BestView of the feed, in words; '' for one that this language has no words for.
  made(best) {
    const template = this.word(`hand.${best.kind}`, '');
    const ranks = [...best.ranks];
    return template
      .replace('{list}', ranks.map((rank) => RANK[rank] || rank).join('-'))
      .replace(/\{(ranks?)(\d)\}/g, (_, form, at) => this.word(`${form}.${ranks[Number(at)]}`, ranks[Number(at)] || ''));
  }

  // What a hand makes, the high half first; where it plays several boards, each with its number.
  madeAll(bests) {
    const several = bests.some((best) => best.board > 1);
    const named = bests.map((best) => [best.board, this.made(best)]).filter(([, words]) => words);
    return named.map(([board, words]) => (several ? `${board}: ${words}` : words)).join(' / ');
  }
}
