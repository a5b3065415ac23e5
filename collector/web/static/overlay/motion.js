// All movement of the overlay. While `on` is false everything is simply there.

const COUNT_MS = 450;
const EASE = 'cubic-bezier(0.2, 0.7, 0.2, 1)';

export class Motion {
  constructor() {
    this.on = false;
    this.counts = new Map();
    this.leaving = new Map();
  }

  // Turns a card face up.
  flip(card, delay = 0) {
    if (!this.on) return;
    card.animate(
      [
        { transform: 'perspective(600px) rotateY(90deg)', opacity: 0 },
        { transform: 'perspective(600px) rotateY(75deg)', opacity: 1, offset: 0.15 },
        { transform: 'perspective(600px) rotateY(0deg)', opacity: 1 },
      ],
      { duration: 280, delay, easing: EASE, fill: 'backwards' },
    );
  }

  appear(element) {
    if (!this.on) return;
    element.animate([{ opacity: 0, transform: 'translateY(-14px)' }, { opacity: 1, transform: 'none' }], { duration: 180, easing: EASE });
  }

  pop(element) {
    if (!this.on) return;
    element.animate([{ opacity: 0, transform: 'translateX(-12px)' }, { opacity: 1, transform: 'none' }], { duration: 200, easing: EASE });
  }

  rise(element) {
    if (!this.on) return;
    element.animate([{ opacity: 0, transform: 'translateY(24px)' }, { opacity: 1, transform: 'none' }], { duration: 420, easing: EASE });
  }

  // Counts a number up or down. data-value has the new one at once, whatever the text shows on its way.
  count(element, value, text) {
    const from = element.dataset.value === undefined || element.dataset.value === '' ? null : Number(element.dataset.value);
    element.dataset.value = String(value);
    if (!this.on && from === value && this.counts.has(element)) return;
    this.counts.delete(element);
    if (!this.on || from === null || from === value) {
      const final = text(value);
      if (element.textContent !== final) element.textContent = final;
      return;
    }
    const run = { from, value, text, start: performance.now() };
    this.counts.set(element, run);
    requestAnimationFrame(() => this.step(element, run));
  }

  step(element, run) {
    if (this.counts.get(element) !== run) return;
    const part = Math.min(1, (performance.now() - run.start) / COUNT_MS);
    const eased = 1 - (1 - part) ** 3;
    element.textContent = run.text(part === 1 ? run.value : Math.round(run.from + (run.value - run.from) * eased));
    if (part === 1) this.counts.delete(element);
    else requestAnimationFrame(() => this.step(element, run));
  }

  // Shows or hides a plate; one that goes slides out first.
  presence(element, present) {
    const leaving = this.leaving.get(element);
    if (present) {
      if (leaving) leaving.cancel();
      this.leaving.delete(element);
      if (!element.hidden) return;
      element.hidden = false;
      if (this.on) element.animate([{ opacity: 0, transform: 'translateX(-60px)' }, { opacity: 1, transform: 'none' }], { duration: 320, easing: EASE });
      return;
    }
    if (element.hidden || leaving) return;
    if (!this.on) {
      element.hidden = true;
      return;
    }
    const out = element.animate([{ opacity: 1, transform: 'none' }, { opacity: 0, transform: 'translateX(-80px)' }], { duration: 450, delay: 500, easing: 'ease-in', fill: 'forwards' });
    this.leaving.set(element, out);
    out.onfinish = () => {
      this.leaving.delete(element);
      const others = [...element.parentElement.children].filter((other) => other !== element && !other.hidden);
      const places = others.map((other) => other.getBoundingClientRect());
      element.hidden = true;
      out.cancel();
      this.slide(others, places);
    };
  }

  // Where the plates are now, to let them glide to where the next state puts them.
  places(plates) {
    return this.on ? plates.map((plate) => (plate.element.hidden ? null : plate.element.getBoundingClientRect())) : null;
  }

  settle(plates, places) {
    if (!places) return;
    this.slide(plates.map((plate) => plate.element), places);
  }

  slide(elements, places) {
    elements.forEach((element, at) => {
      if (!places[at] || element.hidden || this.leaving.has(element)) return;
      const now = element.getBoundingClientRect();
      const scale = now.width && element.offsetWidth ? element.offsetWidth / now.width : 1;
      const x = (places[at].left - now.left) * scale;
      const y = (places[at].top - now.top) * scale;
      if (Math.abs(x) < 1 && Math.abs(y) < 1) return;
      element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], { duration: 320, easing: EASE });
    });
  }
}
