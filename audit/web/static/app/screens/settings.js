// A9: how it looks, what it holds, which version it is, and the way out.

import { all, destroy } from '../db.js';
import { iso, clockError } from '../net.js';
import * as photos from '../photos.js';
import { account, deviceName, set, settings as chosen, signOut, waiting } from '../session.js';
import { status } from '../queue.js';
import { Live } from '../elements/live.js';
import { hint } from './login.js';
import { exportQueue } from './sending.js';
import { ask, button, download, field, h, radios, size, t } from '../ui.js';

const VERSION = document.querySelector('meta[name=version]')?.getAttribute('content') ?? '';

/** Let a version that waits take over; the page that it shows is its own. @param {ServiceWorker} worker */
function takeOver(worker) {
  worker.addEventListener('statechange', () => worker.state === 'activated' && location.reload());
  setInterval(() => worker.postMessage('take-over'), 1000); // a browser that is busy forgets it; the page that it brings ends this
}

/** A new version waits until nothing would be lost by it. */
class Update extends Live {
  static events = ['update', 'photos', 'visits'];

  async show() {
    const registration = await navigator.serviceWorker?.getRegistration('/app/');
    const { unproved: left, visits } = await waiting();
    const ready = registration?.waiting;
    this.fill(h('p', null, t('version', { version: VERSION })), ready ? [h('p', { class: 'note' }, t(left + visits ? 'update.later' : 'update.ready')),
      button(t('update.now'), async () => { if (await mayLeave('update')) takeOver(ready); }, { class: 'main' })] : h('p', { class: 'quiet' }, t(registration?.active ? 'update.none' : 'shell.none')),
      registration ? button(t('update.look'), () => registration.update().catch(() => {})) : null);
  }
}
customElements.define('audit-update', Update);

/** Nothing that waits is left behind without an export, and a word. @param {string} what */
async function mayLeave(what) {
  const left = await waiting();
  if (!(left.unproved + left.visits)) return true;
  const choice = await ask(t(`leave.${what}`), t('leave.text', { ...left, photos: left.unproved }), [['', t('cancel'), 'main'], ['export', t('queue.export')]]);
  if (choice !== 'export') return false;
  await exportQueue();
  return (await ask(t(`leave.${what}`), t(what === 'update' ? 'leave.kept' : 'leave.exported', { drafts: left.visits - left.queued }), [['', t('cancel'), 'main'], ['yes', t(`leave.${what}`), 'risky']])) === 'yes';
}

async function leave() {
  if (!(await mayLeave('sign-out'))) return;
  await signOut();
  location.hash = '#/login';
}

async function wipe() {
  if (!(await mayLeave('wipe'))) return;
  if ((await ask(t('leave.wipe'), t('leave.wipe-sure'), [['', t('cancel'), 'main'], ['yes', t('leave.wipe'), 'risky']])) !== 'yes') return;
  await destroy();
  location.replace('/app/');
}

async function diagnostics() {
  const records = (await all('photos')).map(({ digest, state, bytes, offset, tries, problem, saved_at, proof, freed_at }) => ({ digest, state, bytes, offset, tries, problem, saved_at, proof, freed_at }));
  const list = (await all('visits')).map(({ id, state, revision, tries, problem, receipt, saved_at }) => ({ id, state, revision, tries, problem, receipt, saved_at }));
  const told = { version: VERSION, at: iso(), browser: navigator.userAgent, clock: clockError(), storage: await navigator.storage?.estimate?.(), persisted: await navigator.storage?.persisted?.(), queue: status(), visits: list, photos: records };
  download(new Blob([JSON.stringify(told, null, 1)], { type: 'application/json' }), `audit-diagnostics-${iso().slice(0, 10)}.json`);
}

export async function settings() {
  const who = account();
  const [room, kept] = [await photos.room(), await navigator.storage?.persisted?.()];
  const look = (key, name, options) => radios(t(name), key, options.map((each) => [each, t(`${name}.${each}`)]), chosen()[key], async (value) => { await set({ [key]: value }); if (key === 'language') location.reload(); });
  const device = h('input', { value: chosen().device || deviceName(), maxlength: '64', onchange: () => set({ device: device.value.trim() }) });
  return {
    title: t('settings'),
    content: [
      h('p', { class: 'lead' }, `${who?.display ?? ''}（${who?.name ?? ''}）`),
      look('text', 'text', ['100', '125', '150', '200']), look('contrast', 'contrast', ['normal', 'high']),
      radios('语言 · Language', 'language', [['zh', '中文'], ['en', 'English']], chosen().language, async (value) => { await set({ language: value }); location.reload(); }),
      h('h2', null, t('storage')), h('p', null, t(kept ? 'storage.kept' : 'storage.not-kept'), ' ', room === null ? '' : t('room.left', { left: size(room) })),
      kept ? null : button(t('storage.ask'), async () => { await navigator.storage?.persist?.(); dispatchEvent(new HashChangeEvent('hashchange')); }),
      h('label', { class: 'tick' }, h('input', { type: 'checkbox', checked: chosen().copies, onchange: (event) => set({ copies: event.target.checked }) }), h('span', null, t('storage.copies'))),
      h('h2', null, t('update')), h('audit-update'), hint(),
      h('h2', null, t('device')), field(t('device.name'), device), button(t('diagnostics'), diagnostics),
      h('div', { class: 'deck' }, button(t('leave.sign-out'), leave, { class: 'risky' }), button(t('leave.wipe'), wipe, { class: 'risky' })),
    ],
  };
}
