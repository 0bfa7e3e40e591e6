// The line at the top of every screen: is there a server, what waits, what is wrong.

import { Live } from './live.js';
import { status } from '../queue.js';
import { waiting } from '../session.js';
import { h, icon, t } from '../ui.js';

const MINUTES = 5 * 60e3;

class Status extends Live {
  static events = ['sync', 'photos', 'visits', 'session', 'update'];

  async show() {
    const left = await waiting();
    const count = left.photos + left.queued;
    const { key, clock } = status(count);
    const [shape, kind] = { idle: ['done', 'good'], sending: ['queue', 'good'], looking: ['queue', 'good'], offline: ['offline', 'calm'], waiting: ['clock', 'calm'] }[key] ?? ['warn', 'warn'];
    this.className = kind;
    this.fill(
      h('a', { href: key === 'signed-out' ? '#/login' : '#/queue' }, icon(/** @type {any} */ (shape)),
        h('span', null, t(`status.${key}`), count ? h('b', null, [left.photos && t('status.photos', left), left.queued && t('status.visits', left)].filter(Boolean).join(t('status.and'))) : null)),
      Math.abs(clock) > MINUTES ? h('p', { class: 'note' }, t('status.clock', { minutes: Math.round(Math.abs(clock) / 60e3) })) : null,
    );
  }
}
customElements.define('audit-status', Status);

/** Says that what was typed is on the disk. */
class Saved extends Live {
  static events = ['visits'];

  async show() {
    const { find } = await import('../visits.js');
    const { when } = await import('../ui.js');
    const visit = await find(this.getAttribute('visit'));
    this.setAttribute('role', 'status');
    this.fill(h('span', null, visit?.saved_at ? t('saved', { time: when(visit.saved_at, true) }) : ''));
  }
}
customElements.define('audit-saved', Saved);
