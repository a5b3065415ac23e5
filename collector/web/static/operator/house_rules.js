// The house rules: where books and rooms differ, each rule with its choices and whose choice that is.

import { h } from '../shared/dom.js';
import { labelled, select } from './forms.js';

export const PROFILES = [
  ['cash', 'Cash game (Robert\u2019s Rules)'],
  ['tournament', 'Tournament (TDA)'],
  ['wsop', 'Cash game (WSOP live action)'],
  ['california', 'Cash game (California)'],
];

// a choice that differs by profile
const BY_PROFILE = (cash, tournament) => ({ cash, tournament, wsop: cash, california: cash });
const YES_OR_NO = (yes, no) => [['true', yes], ['false', no]];

// name of the rule, words, choices of value and words, the choice that a state does not name
const RULES = [
  ['button_rule', 'Button', [['moving', 'Moves to a player (Robert)'], ['dead', 'May be dead (TDA 32)']]],
  ['new_players_post', 'A new player', YES_OR_NO('posts a big blind (Robert)', 'is dealt in')],
  ['buy_button', 'Buying the button', YES_OR_NO('allowed', 'not allowed (tournaments)')],
  ['straddles', 'Straddles', YES_OR_NO('allowed', 'none (tournaments)')],
  ['straddle_raises', 'The least raise on a straddle', YES_OR_NO('the straddle again (Robert)', 'a big blind (WSOP 11)')],
  ['sleeper', 'A sleeper straddle', [['stays', 'is a bet from the start'], ['lapses', 'is off once somebody acts before it']], 'stays'],
  ['ante_first', 'A short stack pays first', YES_OR_NO('its ante (house)', 'its blind (TDA RP-11)')],
  ['short_all_in', 'Fixed limit, an all-in of half a bet',
    [['full', 'is a bet: raise on top (Robert)'], ['completed', 'is completed (California)']]],
  ['pair_doubles', 'Stud, an open pair on fourth', YES_OR_NO('allows the big bet (Robert)', 'changes nothing (TDA RP-10)')],
  ['equal_boards', 'Stud, equal boards',
    [['seat', 'who was dealt to first opens (Robert)'], ['suit', 'the high suit opens (TDA RP-10)']]],
  ['odd_chip', 'Stud, the odd chip',
    [['all', 'by suit of all cards (Robert)'], ['five', 'by suit of the winning five (TDA 20)']]],
  ['card_for_all', 'Stud, with one card for all',
    [['high', 'the best board with it opens (Robert)'], ['sixth', 'who opened sixth street does (TDA RP-10)']], BY_PROFILE('high', 'sixth')],
  ['misdeal_until', 'A misdeal, until',
    [['two', 'two players have acted (Robert)'], ['substantial', 'substantial action (TDA 36)']], BY_PROFILE('two', 'substantial')],
  ['early_check', 'Who checked out of turn, then faces a bet',
    [['passive', 'may not raise (Robert)'], ['free', 'is free (TDA 53)']], BY_PROFILE('passive', 'free')],
  ['all_in_tabled', 'With somebody all-in', YES_OR_NO('every hand is tabled (TDA 16)', 'a hand may be mucked')],
  ['chop', 'Chopping the blinds', YES_OR_NO('allowed', 'not allowed (tournaments)')],
  ['rabbit', 'Rabbit hunting', YES_OR_NO('allowed', 'not allowed (TDA 28)')],
];

// The command names all rules as they are, since a profile alone would set them back to its own.
export function ruleChoices(state, command) {
  const now = state.house_rules || {};
  return RULES.filter(([name, , , unsaid]) => name in now || unsaid).map(([name, words, choices, unsaid]) => {
    const silent = typeof unsaid === 'object' ? unsaid[state.profile] : unsaid;
    const chosen = select(`rule-${name}`, choices, String(name in now ? now[name] : silent));
    chosen.addEventListener('change', () => {
      const value = ['true', 'false'].includes(chosen.value) ? chosen.value === 'true' : chosen.value;
      command({ type: 'set_house_rules', ...now, profile: state.profile, [name]: value });
    });
    return h('div', { class: 'rule' }, labelled(words, chosen));
  });
}
