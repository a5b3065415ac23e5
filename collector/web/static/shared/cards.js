// Cards drawn by us: a big rank and a suit path, readable where court art would be noise.

const SVG = 'http://www.w3.org/2000/svg';

const SUIT_PATHS = {
  s: 'M50 4C42 20 8 38 8 62c0 14 10 23 22 23 7 0 13-3 16-8-1 8-5 14-12 19h32c-7-5-11-11-12-19 3 5 9 8 16 8 12 0 22-9 22-23C92 38 58 20 50 4z',
  h: 'M50 94C40 78 6 60 6 32 6 17 17 7 30 7c9 0 16 5 20 13 4-8 11-13 20-13 13 0 24 10 24 25 0 28-34 46-44 62z',
  d: 'M50 3C41 20 27 38 12 50c15 12 29 30 38 47 9-17 23-35 38-47C73 38 59 20 50 3z',
  c: 'M50 5c-12 0-21 9-21 21 0 6 2 10 6 14-3-1-6-2-9-2C14 38 5 47 5 59s9 21 21 21c8 0 15-4 19-11-1 11-5 20-12 27h34c-7-7-11-16-12-27 4 7 11 11 19 11 12 0 21-9 21-21s-9-21-21-21c-3 0-6 1-9 2 4-4 6-8 6-14C71 14 62 5 50 5z',
};

export const RANKS = '23456789TJQKA';
export const SUITS = 'shdc';
export const SUIT_SIGNS = { s: '\u2660', h: '\u2665', d: '\u2666', c: '\u2663' };

export function isCard(text) {
  return /^[2-9TJQKA][cdhs]$/.test(text);
}

// "asKd", "As Kd", "10h,9h" -> ['As', 'Kd']; null when it is no run of different cards.
export function parseCards(text) {
  const compact = text.replace(/10/g, 'T').replace(/[\s,]/g, '');
  if (compact.length === 0 || compact.length % 2) return null;
  const cards = [];
  for (let at = 0; at < compact.length; at += 2) {
    const card = compact[at].toUpperCase() + compact[at + 1].toLowerCase();
    if (!isCard(card) || cards.includes(card)) return null;
    cards.push(card);
  }
  return cards;
}

export function cardName(card) {
  return (card[0] === 'T' ? '10' : card[0]) + SUIT_SIGNS[card[1]];
}

export function suitIcon(suit) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 100');
  svg.setAttribute('class', 'card-suit');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SUIT_PATHS[suit]);
  svg.append(path);
  return svg;
}

// A card face up; null: its back.
export function makeCard(card) {
  const element = document.createElement('span');
  element.className = card ? 'card' : 'card card-back';
  if (!card) {
    element.dataset.card = '';
    return element;
  }
  element.dataset.card = card;
  element.dataset.rank = card[0];
  element.dataset.suit = card[1];
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', cardName(card));
  const rank = document.createElement('span');
  rank.className = 'card-rank';
  rank.textContent = card[0] === 'T' ? '10' : card[0];
  element.append(rank, suitIcon(card[1]));
  return element;
}
