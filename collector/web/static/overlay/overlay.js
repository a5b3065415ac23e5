// The overlay page: reads its parameters, listens to the channel of its output, hands every state to the stage.
//
// On air it never shows an error: whatever fails, the last frame stays, unless its output was revoked. `?debug=1` alone
// draws what is going on. Without the key of an output it shows what is public to somebody who is signed in,
// with `?channel=delayed` the table as it was, and with `?channel=live` what somebody with a grant may see.

import { readAddress, takeKey } from '../shared/address.js';
import { Feed } from '../shared/connection.js';
import { OutputDoor, PersonDoor } from '../shared/door.js';
import { choice, find, h, setText } from '../shared/dom.js';
import { readOptions } from './options.js';
import { makeStage } from './stage.js';

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
  const view = await makeStage(root, options);
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
