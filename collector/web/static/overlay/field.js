// An element with a hook for tests, data-field; and an amount with its big blinds beside it.

import { h, setData, setHidden, setText } from '../shared/dom.js';

export function field(name, tag = 'span', className = name) {
  return h(tag, { class: className, data: { field: name } });
}

// An amount. It is swapped, never counted through values that were not. `means`: {options, wording, motion, skin} of the
// overlay, which every part of it is given.
export class Amount {
  constructor(name, { wording, motion }) {
    this.wording = wording;
    this.motion = motion;
    this.element = field(name);
    this.beside = field(`${name}_bb`, 'span', 'in-bb');
  }

  // `words`: what stands in place of the figure. `after`: ms of a motion that explains the change.
  draw(value, words = '', after = 0) {
    setData(this.element, 'value', value);
    const text = words || this.wording.money(value);
    const beside = words ? '' : this.wording.besideMoney(value);
    this.motion.swap(this.element, after, () => {
      setText(this.element, text);
      setText(this.beside, beside);
      setHidden(this.beside, !beside);
    });
  }
}
