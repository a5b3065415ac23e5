// Puts the stage together: its size, words and skin. Nothing is drawn before both are there.

import { wearSkin } from './skin.js';
import { OverlayView } from './view.js';

const WIDTH = 1920;
const HEIGHT = 1080;

// Resolves to the view of an empty stage in `root`. `options`: of options.js.
export async function makeStage(root, options) {
  document.documentElement.lang = options.lang;
  root.style.setProperty('--safe-x', `${(WIDTH * options.safe) / 100}px`);
  root.style.setProperty('--safe-y', `${(HEIGHT * options.safe) / 100}px`);
  const [words, skin] = await Promise.all([readWords(options.lang), wearSkin(root, options.skin)]);
  const view = new OverlayView(root, options, words, skin);
  fit(root);
  window.addEventListener('resize', () => fit(root));
  return view;
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
