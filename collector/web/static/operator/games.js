// Which games there are, in the order of a dealer's card. Names are for people, keys for the collector.

export const GAMES = [
  ['holdem', "Hold'em"],
  ['short_deck', 'Short deck'],
  ['short_deck_trips', 'Short deck, trips beat straights'],
  ['pineapple', 'Pineapple'],
  ['crazy_pineapple', 'Crazy Pineapple'],
  ['omaha', 'Omaha'],
  ['omaha_hi_lo', 'Omaha hi-lo'],
  ['omaha5', 'Omaha 5'],
  ['omaha5_hi_lo', 'Omaha 5 hi-lo'],
  ['omaha6', 'Omaha 6'],
  ['omaha6_hi_lo', 'Omaha 6 hi-lo'],
  ['courchevel', 'Courchevel'],
  ['courchevel_hi_lo', 'Courchevel hi-lo'],
  ['stud', 'Seven-card stud'],
  ['stud_hi_lo', 'Stud hi-lo'],
  ['razz', 'Razz'],
  ['five_card_draw', 'Five-card draw'],
  ['single_draw_27', '2-7 single draw'],
  ['triple_draw_27', '2-7 triple draw'],
  ['triple_draw_a5', 'A-5 triple draw'],
  ['badugi', 'Badugi'],
  ['badeucy', 'Badeucy'],
  ['badacey', 'Badacey'],
];

export const ROTATIONS = [['horse', 'HORSE'], ['eight_game', '8-game']];

export const LIMITS = [
  ['', 'As usual'],
  ['no_limit', 'No limit'],
  ['pot_limit', 'Pot limit'],
  ['fixed_limit', 'Fixed limit'],
  ['spread_limit', 'Spread limit'],
];

const NAMES = new Map([...GAMES, ...ROTATIONS]);

export const nameOfGame = (key) => NAMES.get(key) || key;
