// Set-up of the table as a whole: which game, what the house allows, who runs the hands, which decks are in rotation.

import { h } from '../shared/dom.js';
import { button, form, labelled, readAmount, select, textInput } from './forms.js';
import { PROFILES, ruleChoices } from './house_rules.js';
import { GAMES, LIMITS, ROTATIONS, nameOfGame } from './games.js';

const KILLS = [['none', 'no kill'], ['half', 'half kill'], ['full', 'full kill (Robert 13)']];

export function tableForms(state, command) {
  return [gameForm(state, command), houseForm(state, command), ...(state.decks.length > 1 ? [deckForm(state, command)] : [])];
}

function gameForm(state, command) {
  const game = select('game', [...ROTATIONS.map(([key, name]) => [`mix:${key}`, `Mixed: ${name}`]), ...GAMES], state.game);
  const limit = select('limit', LIMITS, '');
  const each = textInput('hands-each', '', { placeholder: 'by hand', inputmode: 'numeric' });
  const bringIn = textInput('bring-in', '');
  const kill = select('kill', KILLS, 'none');
  const studAntes = select('stud-antes', [['', 'in every game'], ['stud', 'in stud only']], '');
  const set = () => {
    const mixed = game.value.startsWith('mix:');
    const body = { type: 'set_game', bring_in: readAmount(bringIn) };
    if (mixed) Object.assign(body, { rotation: game.value.slice(4), hands_each: readAmount(each) });
    else Object.assign(body, { game: game.value, betting: limit.value || null });
    if (kill.value !== 'none') body.kill = kill.value;
    if (mixed && studAntes.value) body.stud_antes = true;
    if (!Object.values(body).includes(NaN) && body.bring_in !== null && body.hands_each !== null) command(body);
  };
  return form(`Game from the next hand on: ${nameOfGame(state.game)}`, set,
    labelled('Game', game), labelled('Limit', limit), labelled('Bring-in (stud)', bringIn),
    labelled('Hands each (mixed)', each), labelled('Antes (mixed)', studAntes), labelled('Kill', kill),
    h('button', { type: 'submit', class: 'key', id: 'set-game' }, 'Set the game'),
    button('next-game', 'Next game of the mix', () => command({ type: 'next_game' })));
}

function houseForm(state, command) {
  const choice = (type, field) => (name, words) => h('button', {
    type: 'button', class: 'key', id: `${field}-${name}`, 'aria-pressed': String(state[field] === name),
    onclick: () => command({ type, [field]: name }),
  }, words);
  const profile = choice('set_house_rules', 'profile');
  const flow = choice('set_flow', 'flow');
  return form('House rules, and who runs the hands', () => {},
    ...PROFILES.map(([name, words]) => profile(name, words)),
    ...ruleChoices(state, command),
    flow('operator', 'An operator'), flow('automatic', 'Cards alone'));
}

function deckForm(state, command) {
  return form('Decks in rotation', () => {}, ...state.decks.flatMap((deck) => [
    button(`deck-${deck}`, `Deal from ${deck}`, () => command({ type: 'change_deck', deck_id: deck })),
    button(`retire-${deck}`, `Retire ${deck}`, () => command({ type: 'retire_deck', deck_id: deck }), 'warn'),
  ]));
}
