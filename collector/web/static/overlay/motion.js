// All movement of the overlay: transform and opacity only. While `on` is false everything is simply there.
//
// A second movement of the same part ends the first at its last frame. `pace`: of the skin, 1 is as designed.

const ENTER = 'cubic-bezier(0.16, 1, 0.3, 1)';
const LEAVE = 'cubic-bezier(0.4, 0, 1, 1)';
const MOVE = 'cubic-bezier(0.65, 0, 0.35, 1)';
const REDUCED_MS = 120;

export class Motion {
  constructor(pace = 1) {
    this.on = false;
    this.pace = pace;
    this.running = new Map(); // by element
    this.leaving = new Map();
    this.waiting = new Map(); // timers, by element
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)');
  }

  play(element, frames, duration, { delay = 0, easing = ENTER, fill = 'backwards' } = {}) {
    const before = this.running.get(element);
    if (before) before.finish();
    const calm = this.still.matches;
    const shown = calm ? [{ opacity: 0 }, { opacity: 1 }] : frames;
    const timing = { duration: calm ? REDUCED_MS : duration * this.pace, delay: calm ? 0 : delay * this.pace, easing, fill };
    const animation = element.animate(shown, timing);
    this.running.set(element, animation);
    animation.onfinish = () => {
      if (this.running.get(element) === animation) this.running.delete(element);
    };
    return animation;
  }

  // Turns a card face up.
  flip(card, delay = 0) {
    if (!this.on) return;
    this.play(card, [
      { transform: 'perspective(600px) rotateY(90deg)', opacity: 0 },
      { transform: 'perspective(600px) rotateY(75deg)', opacity: 1, offset: 0.15 },
      { transform: 'perspective(600px) rotateY(0deg)', opacity: 1 },
    ], 280, { delay });
  }

  deal(card, delay = 0) {
    if (this.on) this.play(card, [{ opacity: 0, transform: 'translateX(-24px)' }, { opacity: 1, transform: 'none' }], 180, { delay });
  }

  badge(element) {
    if (this.on) this.play(element, [{ opacity: 0, transform: 'translateX(-12px)' }, { opacity: 1, transform: 'none' }], 160);
  }

  enter(element, delay = 0) {
    if (this.on) this.play(element, [{ opacity: 0, transform: 'scale(0.98) translateY(12px)' }, { opacity: 1, transform: 'none' }], 320, { delay });
  }

  // A band that runs over a plate, and goes.
  band(element) {
    if (!this.on) return;
    this.play(element, [
      { opacity: 1, transform: 'translateX(-101%)' },
      { opacity: 1, transform: 'translateX(0)', offset: 0.18 },
      { opacity: 1, transform: 'translateX(0)', offset: 0.86 },
      { opacity: 0, transform: 'translateX(0)' },
    ], 1340);
  }

  rise(card, delay = 0) {
    if (this.on) this.play(card, [{ transform: 'translateY(14px)' }, { transform: 'none' }], 320, { delay });
  }

  // A bar that fills upward; its last frame is its style.
  fill(bar, from, to) {
    if (this.on && from !== to) this.play(bar, [{ transform: `scaleY(${from})` }, { transform: `scaleY(${to})` }], 500, { easing: MOVE });
  }

  // Changes a figure at the end of the motion that explains it, with a short fade; at once while nothing moves.
  swap(element, after, write) {
    clearTimeout(this.waiting.get(element));
    this.waiting.delete(element);
    if (!this.on || !after) {
      write();
      return;
    }
    this.waiting.set(element, setTimeout(() => {
      this.waiting.delete(element);
      write();
    }, after * this.pace));
  }

  // Shows or hides a plate; one that goes slides out first.
  presence(element, present) {
    const leaving = this.leaving.get(element);
    if (present) {
      if (leaving) leaving.cancel();
      this.leaving.delete(element);
      if (!element.hidden) return;
      element.hidden = false;
      if (this.on) this.play(element, [{ opacity: 0, transform: 'translateX(-60px)' }, { opacity: 1, transform: 'none' }], 320);
      return;
    }
    if (element.hidden || leaving) return;
    if (!this.on) {
      element.hidden = true;
      return;
    }
    const out = element.animate([{ opacity: 1, transform: 'none' }, { opacity: 0, transform: 'translateX(-80px)' }], { duration: 220, delay: 600, easing: LEAVE, fill: 'forwards' });
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
    const now = elements.map((element, at) => (places[at] && !element.hidden && !this.leaving.has(element) ? element.getBoundingClientRect() : null));
    elements.forEach((element, at) => {
      if (!now[at]) return;
      const scale = now[at].width && element.offsetWidth ? element.offsetWidth / now[at].width : 1;
      const x = (places[at].left - now[at].left) * scale;
      const y = (places[at].top - now[at].top) * scale;
      if (Math.abs(x) < 1 && Math.abs(y) < 1) return;
      this.play(element, [{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], 320, { easing: MOVE });
    });
  }
}
