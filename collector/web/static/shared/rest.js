// How a page asks the house over REST. The session's cookie goes along by itself, and no page can read it.

const API = new URL('../api/v1/', import.meta.url);

// What the house answers when it does not do what was asked. `status`: 0 where nobody answered. `waitMs`: how long it
// asks to be left alone, 0 where it does not say.
export class Refusal extends Error {
  constructor(status, code, message, waitMs = 0) {
    super(message);
    Object.assign(this, { status, code, waitMs });
  }
}

// Resolves to what is answered, null for nothing. Raises Refusal. `csrf`: of the session, for what changes something.
// `last`: the page is going, and does not wait for the answer.
export async function ask(method, path, { body, csrf, last = false } = {}) {
  const headers = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...(csrf ? { 'X-CSRF-Token': csrf } : {}) };
  let answer;
  let text;
  try {
    answer = await fetch(new URL(path, API), {
      method, headers, cache: 'no-store', keepalive: last, body: body === undefined ? undefined : JSON.stringify(body),
    });
    text = await answer.text();
  } catch (error) {
    throw new Refusal(0, 'NO_ANSWER', 'The house does not answer.');
  }
  const found = read(text);
  if (answer.ok && found !== undefined) return found;
  const { code, message } = (found && found.error) || { code: 'NO_ANSWER', message: 'The house does not answer.' };
  throw new Refusal(answer.status, code, message, 1000 * (Number(answer.headers.get('Retry-After')) || 0));
}

function read(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch (error) {
    return undefined; // of something between us and the house
  }
}
