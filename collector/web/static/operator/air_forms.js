// What goes on air, and when: the mode of the table, and when hidden cards become known.

import { may } from '../shared/may.js';
import { button, form, labelled, select, textInput } from './forms.js';

const POLICIES = [['never', 'never'], ['shown', 'what was shown'], ['all_in_and_shown', 'shown and all-in'], ['all', 'every hand']];

export function airForms(state, command) {
  return [releaseForm(state, command), modeForm(state, command)].filter(Boolean);
}

// "15" minutes, "0:30" thirty seconds; null where it is no time.
export function readDelay(text) {
  const parts = /^(?:(\d{1,3})|(\d{1,3}):([0-5]\d))$/.exec(text.trim());
  return parts ? Number(parts[1] || parts[2]) * 60 + Number(parts[3] || 0) : null;
}

export function delayText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function releaseForm(state, command) {
  if (!may(state, 'set_release')) return null;
  const now = state.release || { public: 'shown', house: 'all', delay_s: 0 };
  const everybody = select('release-public', POLICIES, now.public);
  const house = select('release-house', POLICIES, now.house);
  const delay = textInput('release-delay', delayText(now.delay_s), { placeholder: '15 or 0:30' });
  const set = () => {
    const seconds = readDelay(delay.value);
    delay.setAttribute('aria-invalid', String(seconds === null));
    if (seconds !== null) command({ type: 'set_release', public: everybody.value, house: house.value, delay_s: seconds });
  };
  return form('When hidden cards become known', set,
    labelled('To everybody', everybody), labelled('To the house', house), labelled('Minutes after the hand', delay),
    button('set-release', 'Set', set));
}

function modeForm(state, command) {
  if (!may(state, 'set_mode')) return null;
  return form(`Mode: ${state.mode}. A stricter one holds at once; a weaker one takes two approvers.`, () => {},
    button('secure', 'Secure: hidden cards go nowhere before their release', () => command({ type: 'set_mode', mode: 'secure' }), 'warn'));
}
