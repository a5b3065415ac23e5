// Signs a browser in: a cookie that no page can read. `?to=` names the page of ours that is opened then.

import { ask } from '../shared/rest.js';

const CODE_NEEDED = new Set(['CODE_NEEDED', 'CODE_WRONG']);
const byId = (id) => document.getElementById(id);
const form = byId('form');
let csrf = null;

// A path of this server only: `//elsewhere` and `https:` lead away.
function target() {
  const to = new URLSearchParams(location.search).get('to') || '';
  if (!/^\/(?![/\\])/.test(to)) return null;
  const found = new URL(to, location.origin);
  return found.origin === location.origin ? found.href : null;
}

function show(me) {
  csrf = me ? me.csrf_token : null;
  form.hidden = Boolean(me);
  byId('inside').hidden = !me;
  if (!me) return;
  byId('who').textContent = `${me.user} (${me.role})`;
  byId('on').hidden = !target();
  byId('on').href = target() || '';
  byId('may').textContent = me.permissions.join(' ') || 'Nothing is permitted yet: ask an admin for a grant.';
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('said').textContent = '';
  byId('go').disabled = true;
  try {
    const [username, password, code] = ['username', 'password', 'code'].map((id) => byId(id).value);
    const me = await ask('POST', 'auth/session', { body: { username, password, code } });
    byId('password').value = '';
    byId('code').value = '';
    const to = target();
    if (to) location.replace(to);
    else show(me);
  } catch (error) {
    byId('said').textContent = error.message;
    if (CODE_NEEDED.has(error.code)) {
      byId('second').hidden = false;
      byId('code').value = '';
      byId('code').focus();
    }
  } finally {
    byId('go').disabled = false;
  }
});

byId('out').addEventListener('click', async () => {
  try {
    await ask('POST', 'auth/logout', { csrf });
    show(null);
  } catch (error) {
    byId('said').textContent = error.message;
  }
});

try {
  show(await ask('GET', 'auth/me'));
} catch (error) {
  show(null);
}
