// Small helpers. Text goes in as text only.

export const find = (id) => document.getElementById(id);

// h('button', {class: 'key', data: {key: 'F'}, onclick: f}, 'Fold'): an element with attributes and children.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'data') Object.assign(element.dataset, value);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Writes only what changed, so that a repeated state costs no layout.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// A name for a text that goes on behind it. One in Arabic or Hebrew would draw the figures behind it to its other side.
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|\p{Script=Adlam}|\p{Script=Hanifi_Rohingya}/u;
export function isolated(name) {
  return FROM_THE_RIGHT.test(name) ? `\u2068${name}\u2069` : name;
}

export function setData(element, name, value) {
  const text = value === null || value === undefined ? '' : String(value);
  if (element.dataset[name] !== text) element.dataset[name] = text;
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

// One of the allowed values of a query parameter, else the first of them.
export function choice(query, name, allowed) {
  const value = query.get(name);
  return allowed.includes(value) ? value : allowed[0];
}
