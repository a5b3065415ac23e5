// What the address of an overlay may choose. A value that is not known is the first of its list.

import { choice } from '../shared/dom.js';

const SKINS = ['velvet'];
const MOST_SAFE = 10; // per cent of the picture

export function readOptions(query) {
  const layout = choice(query, 'layout', ['v', 'h', 'split']);
  return {
    layout,
    skin: choice(query, 'skin', SKINS),
    board: choice(query, 'board', layout === 'v' ? ['r', 'l', 'c'] : ['c', 'l', 'r']),
    amounts: choice(query, 'amounts', ['chips', 'bb', 'both']),
    precision: choice(query, 'precision', ['exact', 'smart']),
    density: choice(query, 'density', ['full', 'compact']),
    folded: choice(query, 'folded', ['grey', 'gone']),
    outs: choice(query, 'outs', ['duel', 'never']),
    deck: choice(query, 'deck', ['4', '2']),
    lang: choice(query, 'lang', ['en', 'ko', 'es']),
    safe: safeArea(query.get('safe')),
    animate: choice(query, 'anim', ['1', '0']) === '1',
    debug: query.get('debug') === '1',
  };
}

// Per cent of width and height that stay free of graphics, 5 (EBU R 95) unless said.
function safeArea(said) {
  return /^\d{1,2}(\.\d)?$/.test(said || '') ? Math.min(Number(said), MOST_SAFE) : 5;
}
