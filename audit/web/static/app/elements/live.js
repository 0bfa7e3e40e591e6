// Elements that change by themselves. A screen is built once; only these touch what stands on it, and only their own part.

import { hear } from '../bus.js';

/** Shows anew what it stands for, as often as one of `events` is told. */
export class Live extends HTMLElement {
  /** @type {string[]} */
  static events = [];

  connectedCallback() {
    this.gone = new AbortController();
    for (const each of /** @type {typeof Live} */ (this.constructor).events) hear(each, () => this.soon(), this.gone.signal);
    this.soon();
  }

  disconnectedCallback() {
    this.gone.abort();
  }

  /** However often it is told in a moment, it shows once, and the last that it was told. */
  soon() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(async () => {
      this.due = false;
      if (!this.isConnected) return;
      if (this.busy) { this.late = true; return; }
      this.busy = true;
      try { await this.show(); } catch (error) { console.error(error); }
      this.busy = false;
      if (this.late) { this.late = false; this.soon(); }
    });
  }

  /** @returns {any} */
  show() {}

  /** Replaces what is inside, unless nothing would change. @param {...any} nodes */
  fill(...nodes) {
    const wanted = nodes.flat(Infinity).filter(Boolean);
    const before = [...this.childNodes];
    if (before.length === wanted.length && wanted.every((each, index) => (each.outerHTML ?? each) === (/** @type {any} */ (before[index]).outerHTML ?? before[index].textContent))) return;
    this.replaceChildren(...wanted);
  }
}
