// One size and one way of writing for all names of a column: as long as the longest of them needs, never mixed.

const SIZES = [34, 30];
const WHOLE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\u01a0\u01a1\u01af\u01b0\u0110\u0111\u1ea0-\u1ef9]/u;
const pen = document.createElement('canvas').getContext('2d');

// The family name with an initial. Korean, Chinese, Japanese and Vietnamese names are not cut apart.
export function shortName(name) {
  const words = name.trim().split(/\s+/);
  if (words.length < 2 || WHOLE.test(name)) return name;
  return `${[...words[0]][0]}. ${words.slice(1).join(' ')}`;
}

// {short, size} with which all names fit their room; where none does, the shortest, and the end is cut.
// `names`: [name, px of the stage] of each. `font`: of a canvas, with {size} in it. `scale`: of a layout whose names are
// smaller.
export function fitNames(names, font, scale = 1) {
  for (const short of [false, true]) {
    for (const size of SIZES) {
      pen.font = font.replace('{size}', String(size * scale));
      if (names.every(([name, room]) => pen.measureText(short ? shortName(name) : name).width <= room)) return { short, size: size * scale };
      if (!short) break; // a shorter way of writing comes before a smaller size
    }
  }
  return { short: true, size: SIZES[SIZES.length - 1] * scale };
}
