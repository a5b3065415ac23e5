// Parts of forms that more than one dialog has: labelled inputs, chip amounts, choices, a form that sends once.

import { parseAmount } from '../shared/amount.js';
import { h } from '../shared/dom.js';

const ANY = { betTo: 0, potTo: null, bigBlind: 0, minTo: 0, maxTo: 10 ** 15 };

// Plain amounts, or with k, m and commas; null, and marked, where it is none.
export function readAmount(input) {
  const { amount } = parseAmount(input.value || '0', ANY);
  const fits = amount !== undefined && amount !== null;
  input.setAttribute('aria-invalid', String(!fits));
  return fits ? amount : null;
}

export function labelled(label, input) {
  return h('label', { class: 'field' }, h('span', {}, label), input);
}

export function textInput(id, value, extra = {}) {
  return h('input', { type: 'text', id, value, autocomplete: 'off', spellcheck: 'false', ...extra });
}

// options: pairs of value and words.
export function select(id, options, value) {
  return h('select', { id }, ...options.map(([key, words]) => h('option', { value: key, selected: key === value }, words)));
}

export function form(title, submit, ...children) {
  const element = h('form', { class: 'form', novalidate: true }, h('h3', {}, title), ...children);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  return element;
}

export function button(id, label, onclick, extra = '') {
  return h('button', { type: 'button', class: `key ${extra}`, id, onclick }, label);
}
