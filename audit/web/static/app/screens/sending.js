// A7: what waits, photo by photo, and how it gets away from here.

import * as photos from '../photos.js';
import * as queue from '../queue.js';
import * as visits from '../visits.js';
import { photosOf } from '../model.js';
import { settings, set } from '../session.js';
import { Live } from '../elements/live.js';
import { mend, ofNoUse } from './tasks.js';
import { fate, problem, thumb } from '../elements/photos.js';
import { button, download, h, radios, size, t, when } from '../ui.js';

const VERSION = document.querySelector('meta[name=version]')?.getAttribute('content') ?? '';

class Sending extends Live {
  static events = ['sync', 'photos', 'visits', 'session'];

  async show() {
    const all = await photos.mine();
    const open = all.filter((each) => each.state === 'waiting' || each.state === 'received');
    const bytes = open.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
    const there = open.reduce((sum, each) => sum + (each.state === 'waiting' ? Math.min(each.offset ?? 0, each.bytes) : each.bytes), 0);
    const list = (await visits.mine()).filter((each) => each.state !== 'draft');
    const { mode, key, next_at, last, reached } = queue.status(open.length + list.filter((each) => each.state === 'queued').length);
    const first = reached === false && mode === 'offline' ? t('queue.unreachable') : t(`status.${key}`);
    this.fill(
      h('p', { class: mode === 'offline' ? 'note' : 'lead' }, first, next_at > Date.now() && mode === 'offline' ? ` ${t('queue.next', { time: when(next_at, true) })}` : ''),
      open.length ? [h('progress', { max: String(bytes || 1), value: there, 'aria-label': t('queue.progress') }), h('p', { class: 'quiet' }, t('queue.left', { count: open.length, size: size(bytes - there) }))] : all.some((each) => each.state === 'rejected') ? null : h('p', { class: 'good' }, t('queue.empty', { time: when(last) })),
    );
    const stuck = await ofNoUse(list);
    document.getElementById('sent')?.replaceChildren(...list.slice(0, 30).map((visit) => {
      const digests = photosOf(visit);
      const done = digests.filter((each) => ['received', 'accepted'].includes(all.find((photo) => photo.digest === each)?.state ?? 'accepted')).length;
      return h('li', { class: 'card' }, h('strong', null, h('a', { href: `#/check/${visit.id}` }, visit.centre.name)),
        h('p', null, `${t('queue.form')} ${visit.state === 'sent' ? '✓' : t('queue.waits')} · ${t('queue.photos', { done, all: digests.length })}${visit.receipt ? ` · ${t(`state.${visit.receipt.state}`)}` : ''}`),
        visit.problem && !visit.conflict ? h('p', { class: 'fault' }, problem(visit.problem), visit.problem.retry === 'later' ? ` ${t('queue.next', { time: when(visit.next_at, true) })}` : null) : null,
        stuck.includes(visit) ? [h('p', { class: 'fault' }, t('tasks.mend')), button(t('queue.mend'), () => mend(visit.id))] : null,
        visit.conflict ? h('a', { class: 'button', href: `#/conflict/${visit.id}` }, t('conflict.see')) : !visit.problem ? null : visit.problem.retry === 'later' ? button(t('queue.again'), () => queue.visitAgain(visit.id)) : h('a', { class: 'button', href: `#/check/${visit.id}` }, t('queue.look')));
    }));
  }
}
customElements.define('audit-sending', Sending);

/** A bar per photo. */
class Bars extends Live {
  static events = ['photos', 'sync'];

  /** @type {Map<string, any>} */
  rows = new Map();

  async show() {
    const open = (await photos.mine()).filter((each) => each.state !== 'accepted');
    const wanted = new Set(open.map((each) => each.digest));
    for (const [digest, row] of this.rows) if (!wanted.has(digest)) { row.remove(); this.rows.delete(digest); }
    for (const photo of open) {
      if (!this.rows.has(photo.digest)) {
        const row = h('li', { 'data-digest': photo.digest }, await thumb(photo, ''), h('div', null, h('span', { class: 'fate' }), h('progress', { max: '100', value: 0, 'aria-label': t('queue.progress') }), h('p', { class: 'fault', hidden: true })),
          button(t('queue.again'), () => queue.again(photo.digest), { hidden: true }));
        this.rows.set(photo.digest, row);
        this.append(row);
      }
      this.tell(this.rows.get(photo.digest), photo);
    }
  }

  tell(row, photo) {
    row.querySelector('.fate').textContent = `${fate(photo)} · ${size(photo.bytes)}${photo.previewed === 'sent' ? ` · ${t('photo.previewed')}` : ''}`;
    Object.assign(row.querySelector('progress'), { hidden: photo.state === 'rejected', value: photo.state === 'waiting' ? Math.round(((photo.offset ?? 0) / photo.bytes) * 100) : 100 });
    const [wrong, again] = [row.querySelector('.fault'), row.querySelector('button')];
    wrong.hidden = !photo.problem;
    wrong.textContent = photo.problem ? `${problem(photo.problem)}${photo.problem.retry === 'later' ? ` ${t('queue.next', { time: when(photo.next_at, true) })}` : ''}` : '';
    again.hidden = !photo.problem;
  }
}
customElements.define('audit-bars', Bars);

/** The queue as a file; the way out without a network. */
export async function exportQueue() {
  const { queue: packed } = await import('../zip.js');
  const { blob, name } = await packed(VERSION);
  download(blob, name);
  return blob;
}

export async function sending() {
  const left = await photos.room();
  const pause = button(t(settings().paused ? 'queue.go-on' : 'queue.pause'), async () => {
    await set({ paused: !settings().paused });
    pause.textContent = t(settings().paused ? 'queue.go-on' : 'queue.pause');
    queue.kick();
  });
  const originals = async () => queue.force((await photos.mine()).filter((each) => each.state === 'waiting').map((each) => each.digest));
  return {
    title: t('queue'),
    content: [
      h('audit-sending', { role: 'status' }), h('div', { class: 'deck' }, button(t('queue.now'), () => queue.kick(), { class: 'main' }), pause),
      h('audit-bars', { class: 'bars', id: 'bars', role: 'list', 'aria-label': t('item.photos-of') }),
      h('h2', null, t('queue.visits')), h('ul', { id: 'sent', class: 'plain' }),
      radios(t('queue.originals'), 'originals', [['always', t('originals.always')], ['wifi', t('originals.wifi')], ['manual', t('originals.manual')]], settings().originals, async (value) => { await set({ originals: value }); queue.kick(); }), queue.lineIsTold() ? null : h('p', { class: 'quiet' }, t('originals.untold')),
      button(t('queue.originals-now'), originals),
      h('h2', null, t('queue.way-out')), h('p', { class: 'quiet' }, t('queue.way-out-text')), button(t('queue.export'), exportQueue),
      left === null ? null : h('p', { class: left < photos.ROOM_TO_WARN ? 'note' : 'quiet' }, t('room.left', { left: size(left) })),
    ],
  };
}
