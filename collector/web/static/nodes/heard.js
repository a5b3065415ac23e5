// What a node says, as far as it is what it should be. One that says odd things must not stop the page of all others.
// `odd`: something in it was no figure of EBS's. Pure. The tools check the same (collector/wire/device.py, DeviceHealth).

export function statusOf(said) {
  if (!isObject(said)) return null;
  const named = (Array.isArray(said.antennas) ? said.antennas : []).filter((one) => isObject(one) && typeof one.name === 'string');
  return {
    state: said.state === 'online' ? 'online' : 'lost',
    boot: said.boot,
    link: said.link,
    firmware: typeof said.firmware === 'string' ? said.firmware : '?',
    antennas: named.map(({ name, chip }) => ({ name, chip: typeof chip === 'string' ? chip : '?' })),
  };
}

export function healthOf(said) {
  let odd = !isObject(said);
  const part = (value) => {
    if (isObject(value)) return value;
    odd = odd || (value !== undefined && value !== null);
    return null;
  };
  const count = (value) => {
    if (Number.isFinite(value) && value >= 0) return value;
    odd = odd || (value !== undefined && value !== null);
    return null;
  };
  const whole = isObject(said) ? said : {};
  const heap = part(whole.heap);
  const outbox = part(whole.outbox) || {};
  const antennas = {};
  for (const [name, one] of Object.entries(part(whole.antennas) || {})) {
    const row = part(one);
    if (row) {
      const [looks, errors, faults] = [row.looks, row.errors, row.faults].map((value) => count(value) || 0);
      antennas[name] = { looks, errors, faults, ok: row.ok !== false, field: part(row.field) };
    }
  }
  return {
    boot: whole.boot,
    uptime_ms: count(whole.uptime_ms),
    loop_ms: count(whole.loop_ms),
    heap: heap && { free: count(heap.free) },
    outbox: Object.fromEntries(['depth', 'dropped', 'flash_faults'].map((name) => [name, count(outbox[name]) || 0])),
    antennas,
    odd,
  };
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
