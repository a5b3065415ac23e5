// How words and amounts read in this overlay: its language, chips or big blinds, exact or short. Draws nothing.

import { formatBigBlinds, formatBlind, formatChips } from '../shared/chips.js';

export class Wording {
  // `options`: as the address of the page has them. `words`: those of its language, by key.
  constructor(options, words) {
    this.options = options;
    this.words = words;
    this.bigBlind = 0; // of the state that is drawn; 0: no blinds are set
  }

  word(key, otherwise) {
    const word = this.words[key];
    return word === undefined ? otherwise : word;
  }

  // The amount as the viewer wants it: chips, or big blinds.
  money(value) {
    if (this.options.amounts !== 'bb' || !this.bigBlind) return formatChips(value, this.options.precision);
    return this.inBigBlinds(value);
  }

  // What stands beside an amount in chips, for a viewer who wants both; '' for others.
  besideMoney(value) {
    return this.options.amounts === 'both' && this.bigBlind ? this.inBigBlinds(value) : '';
  }

  blind(value) {
    return formatBlind(value, this.options.precision);
  }

  inBigBlinds(value) {
    return `${formatBigBlinds(value, this.bigBlind)} ${this.word('bb', 'BB')}`;
  }
}
