// A skin: a folder with `skin.json` and the style sheet that it names. It is worn by the root, and changed without a
// reload. docs/skins.md has the parts that a skin may place.

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const VALUE = /^[#a-zA-Z0-9.,%() -]{1,60}$/;

// Resolves to {name, pace, faces} once its style sheet and faces are there; what a skin lacks is as if it had not said it.
export async function wearSkin(root, name) {
  const folder = new URL(`skins/${name}/`, import.meta.url);
  const said = await readSkin(folder);
  await wearSheet(new URL(said.css || `${name}.css`, folder));
  for (const [key, value] of Object.entries({ ...said.colours, ...said.sizes })) {
    if (NAME.test(key) && VALUE.test(value)) root.style.setProperty(`--${key}`, value);
  }
  root.dataset.skin = name;
  const faces = (said.fonts || []).map((face) => document.fonts.load(face).catch(() => []));
  await Promise.race([Promise.all(faces), new Promise((resolve) => setTimeout(resolve, 3000))]);
  return { name, pace: said.pace || 1, nameFont: said.nameFont || '600 {size}px sans-serif' };
}

async function readSkin(folder) {
  try {
    const answer = await fetch(new URL('skin.json', folder));
    return answer.ok ? await answer.json() : {};
  } catch (error) {
    return {};
  }
}

// The new sheet is there before the old one goes: there is no frame without one.
function wearSheet(address) {
  const old = document.querySelector('link[data-skin]');
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address;
  link.dataset.skin = '';
  return new Promise((resolve) => {
    const done = () => {
      if (old) old.remove();
      resolve();
    };
    link.addEventListener('load', done);
    link.addEventListener('error', done);
    document.head.append(link);
  });
}
