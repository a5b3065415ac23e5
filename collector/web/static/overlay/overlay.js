// The overlay page: reads its parameters, listens to the channel of its output, hands every state to the view.
//
// On air it never shows an error: whatever fails, the last frame stays, unless its output was revoked. `?debug=1` alone
// draws what is going on. Without the key of an output it shows what is public to somebody who is signed in,
// with `?channel=delayed` the table as it was, and with `?channel=live` what somebody with a grant may see.

import { readAddress, takeKey } from '../shared/address.js';
import { Feed } from '../shared/connection.js';
import { OutputDoor, PersonDoor } from '../shared/door.js';
import { choice, find, h, setText } from '../shared/dom.js';
import { OverlayView } from './view.js';

const WIDTH = 1920;
const HEIGHT = 1080;

function readOptions(query) {
  const layout = choice(query, 'layout', ['v', 'h']);
  return {
    layout,
    board: choice(query, 'board', layout === 'v' ? ['r', 'l', 'c'] : ['c', 'l', 'r']),
    amounts: choice(query, 'amounts', ['chips', 'bb', 'both']),
    precision: choice(query, 'precision', ['exact', 'smart']),
    density: choice(query, 'density', ['full', 'compact']),
    deck: choice(query, 'deck', ['2', '4']),
    lang: choice(query, 'lang', ['en', 'ko', 'es']),
    animate: choice(query, 'anim', ['1', '0']) === '1',
    debug: query.get('debug') === '1',
  };
}

async function readWords(lang) {
  try {
    const answer = await fetch(new URL(`lang/${lang}.json`, import.meta.url));
    return answer.ok ? await answer.json() : {};
  } catch (error) {
    return {}; // amounts and cards need no words
  }
}

// The stage is 1920x1080 whatever the size of the source: an OBS default of 800x600 shows it whole.
function fit(root) {
  const scale = Math.min(window.innerWidth / WIDTH, window.innerHeight / HEIGHT);
  root.style.transform = scale === 1 ? '' : `scale(${scale})`;
}

function diagnostics(root, feed, view) {
  const panel = h('pre', { class: 'debug', data: { field: 'debug' } });
  root.parentElement.append(panel);
  setInterval(() => {
    const last = feed.sequence.last || {};
    setText(
      panel,
      `link ${feed.link}${feed.refusal ? `: ${feed.refusal.message}` : ''}\nepoch ${last.epoch} seq ${last.seq}\nignored ${feed.sequence.ignored}\n` +
        `unreadable ${feed.unreadable}\nwaiting ${feed.sequence.waiting.length}\ndraw ${view.drawMs.toFixed(1)} ms\n${view.fault}`,
    );
  }, 250);
}

// The title is in the tab of a browser, and in no picture.
function nobody() {
  document.title = 'EBS overlay: no key in the address; paste it whole, or sign in';
}

async function start() {
  const { query, table } = readAddress();
  const key = takeKey({ keep: choice(query, 'keep', ['0', '1']) === '1' });
  window.addEventListener('hashchange', () => location.reload()); // an address that is pasted again into the same tab
  const options = readOptions(query);
  const root = find('overlay');
  document.documentElement.lang = options.lang;
  document.fonts.load('1em "Inter EBS"').catch(() => {}); // asked for now: the first words need not wait for it
  const words = await readWords(options.lang);
  const view = new OverlayView(root, options, words);
  fit(root);
  window.addEventListener('resize', () => fit(root));
  const feed = new Feed({
    door: key ? new OutputDoor(key) : new PersonDoor({ signIn: nobody }),
    table,
    channel: choice(query, 'channel', ['public', 'delayed', 'live']),
    silentAfter: 5000,
    onState: (state, events) => view.draw(state, events),
    onLink: (link) => {
      root.dataset.link = link;
      if (feed.refusal && feed.refusal.code === 'INVALID_KEY') root.hidden = true;
    },
  });
  root.dataset.link = feed.link;
  if (options.debug) diagnostics(root, feed, view);
  await feed.open();
}

start();
