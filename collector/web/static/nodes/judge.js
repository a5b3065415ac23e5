// What is well with a node and what is not. Pure: looks at what was heard. The same limits as `ebs doctor`
// (tools/hardware/findings.py); a test compares them.

export const LIMITS = { heapLow: 20_000, loopMs: 50, errorsPercent: 20, outbox: 500 };
const FEWEST_LOOKS = 20; // between two healths; fewer say nothing

// `node`: {status, health, before, silentS, unsealed}. `before` is the health before, whose counters tell what is new since then.
export function judgeNode({ status, health, silentS, unsealed = false }) {
  const open = unsealed ? [{ what: 'its seal was taken off: whoever listens can read its cards', bad: true }] : [];
  return [...open, ...judged(status, health, silentS)];
}

function judged(status, health, silentS) {
  if (!status) return [{ what: 'never born on this broker', bad: true }];
  if (status.state !== 'online') return [{ what: 'lost: check its power and its network', bad: true }];
  if (!health) return [{ what: 'no figures yet', bad: false }];
  const outbox = health.outbox;
  const free = health.heap ? health.heap.free : null;
  return [
    health.odd && { what: 'its figures cannot all be read: is its firmware EBS\'s?', bad: true },
    silentS > 0 && { what: `no word for ${silentS} s`, bad: true },
    outbox.flash_faults > 0 && { what: 'its flash fails: exchange the board', bad: true },
    outbox.dropped > 0 && { what: `${outbox.dropped} readings lost for good: count the cards`, bad: true },
    outbox.depth > LIMITS.outbox && { what: `${outbox.depth} readings wait: is the collector running?`, bad: true },
    free !== null && free < LIMITS.heapLow && { what: `memory is short: ${kilo(free)} free; restart it`, bad: true },
    health.loop_ms > LIMITS.loopMs && { what: `held up for ${health.loop_ms} ms: a reader hangs`, bad: true },
  ].filter(Boolean);
}

// One antenna, as {state, word, title}. `state`: 'ok' | 'weak' | 'fault' | 'unknown'.
export function judgeAntenna(name, chip, now, before) {
  if (chip && chip.endsWith('silent')) return cell('fault', 'no chip', `${name}: no chip answers; its select line, its 3.3 V, its plug`);
  if (!now) return cell('unknown', '', `${name}: no figures yet`);
  if (!now.ok) return cell('fault', 'fault', `${name}: ${now.faults} faults, not working now; its plug, its 3.3 V, its cable`);
  if (now.field && now.field.detuned) return cell('weak', 'detuned', `${name}: its field is weak; metal near the coil?`);
  const percent = failing(now, before);
  if (percent > LIMITS.errorsPercent) return cell('weak', `${percent}% fail`, `${name}: ${percent} % of its looks fail; card at the edge, metal, cable too long`);
  if (chip && chip.endsWith('unknown')) return cell('weak', 'odd chip', `${name}: ${chip}; two chips on MISO, or a counterfeit`);
  return cell('ok', 'ok', `${name}: ${chip || 'chip'}, well`);
}

// Since the health before if it was of the same boot, else since the boot.
function failing(now, before) {
  const looks = before ? now.looks - before.looks : now.looks;
  const errors = before ? now.errors - before.errors : now.errors;
  return looks >= FEWEST_LOOKS ? Math.floor((errors * 100) / looks) : 0;
}

function cell(state, word, title) {
  return { state, word, title };
}

export function kilo(bytes) {
  return `${Math.floor(bytes / 1000)} KB`;
}
