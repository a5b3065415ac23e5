// The award of a finished hand: one part of the pots after another, in the order of the state, then all together.

const STEP_MS = 1200;
const ROLES = { low: 'low' };

// What a picture of a part lights up: {pot, won, seats} of it, `light` by card, `lightOn` the boards that count.
export function pictureOf(parts, state) {
  if (!parts.length) return { award: null, light: null, lightOn: null };
  const won = {};
  const light = {};
  for (const part of parts) {
    for (const [seat, amount] of Object.entries(part.won)) won[seat] = (won[seat] || 0) + amount;
    lightUp(part, state, light);
  }
  const boards = new Set(parts.map((part) => part.board).filter(Boolean));
  const pot = parts.length === 1 ? parts[0].pot : null;
  return { award: { pot, won, seats: new Set(Object.keys(won).map(Number)) }, light, lightOn: boards.size ? boards : null };
}

function lightUp(part, { seats }, light) {
  for (const number of Object.keys(part.won)) {
    const bests = seats[Number(number) - 1].best || [];
    const best = bests.find((one) => one.board === part.board && one.half === part.half);
    for (const card of best ? best.cards : []) {
      if (light[card] !== 'win') light[card] = ROLES[part.half] || 'win';
    }
  }
}

export class Awards {
  // `show(parts)`: draws the picture of these parts.
  constructor(motion, show) {
    this.motion = motion;
    this.show = show;
    this.timer = null;
    this.handId = null; // of the hand whose award was drawn
  }

  // The parts to draw at once. Where an event says that the hand is over now, the first; the others follow.
  parts(state) {
    const { hand } = state;
    const awards = hand && hand.street === 'complete' ? hand.awards || [] : [];
    const news = awards.length > 0 && this.motion.on && this.handId !== hand.hand_id;
    clearTimeout(this.timer);
    this.handId = awards.length ? hand.hand_id : null;
    if (!news || awards.length === 1) return awards;
    this.follow(awards, 1);
    return [awards[0]];
  }

  follow(awards, next) {
    this.timer = setTimeout(() => {
      this.show(next < awards.length ? [awards[next]] : awards);
      if (next < awards.length) this.follow(awards, next + 1);
    }, STEP_MS * this.motion.pace);
  }
}
