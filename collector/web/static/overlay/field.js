// An element with a hook for tests, data-field; and an amount with its big blinds beside it.

import { h, setHidden, setText } from '../shared/dom.js';

export function field(name, tag = 'span', className = name) {
  return h(tag, { class: className, data: { field: name } });
}

// `means`: {options, wording, motion} of the overlay, which every part of it is given.
export class Amount {
  constructor(name, { wording, motion }) {
    this.wording = wording;
    this.motion = motion;
    this.element = field(name);
    this.beside = field(`${name}_bb`, 'span', 'in-bb');
  }

  draw(value) {
    this.motion.count(this.element, value, (shown) => this.wording.money(shown));
    const text = this.wording.besideMoney(value);
    setHidden(this.beside, !text);
    setText(this.beside, text);
  }
}
