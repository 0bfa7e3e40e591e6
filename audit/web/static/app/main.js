// The way from one screen to the next.

import './elements/status.js';
import './elements/photos.js';
import './elements/camera.js';
import { hear, tell } from './bus.js';
import { startClock } from './net.js';
import * as queue from './queue.js';
import * as session from './session.js';
import { button, h, icon, speak, t } from './ui.js';
import { login, password } from './screens/login.js';
import { tasks } from './screens/tasks.js';
import { visit } from './screens/visit.js';
import { item, camera } from './screens/item.js';
import { check } from './screens/check.js';
import { sending } from './screens/sending.js';
import { history } from './screens/history.js';
import { conflict } from './screens/conflict.js';
import { settings } from './screens/settings.js';

/** @type {Array<[RegExp, (...parts: string[]) => Promise<{title: string, back?: string, content: any, foot?: any}>]>} */
const SCREENS = [
  [/^#\/login$/, login], [/^#\/password$/, password], [/^#\/visit\/([\w-]+)$/, visit], [/^#\/item\/([\w-]+)\/(\w+)$/, item],
  [/^#\/camera\/([\w-]+)\/(\w+)$/, camera], [/^#\/check\/([\w-]+)$/, check], [/^#\/queue$/, sending], [/^#\/history$/, history],
  [/^#\/conflict\/([\w-]+)$/, conflict], [/^#\/settings$/, settings], [/^/, tasks],
];
const app = document.getElementById('app');
let turn = 0;

async function go() {
  const mine = (turn += 1);
  const at = location.hash || '#/';
  const open = session.account() || at === '#/login' ? at : '#/login';
  const [pattern, screen] = SCREENS.find(([each]) => each.test(open));
  const shown = await screen(...pattern.exec(open).slice(1));
  if (mine !== turn) return; // somebody went on in the meantime
  document.title = `${shown.title} · ${t('app')}`;
  const heading = h('h1', { tabindex: '-1' }, shown.title);
  app.replaceChildren(
    h('header', null, shown.back ? h('a', { class: 'back', href: shown.back, 'aria-label': t('back') }, icon('back')) : null, heading),
    session.account() ? h('audit-status') : '', h('main', null, shown.content), shown.foot ?? (session.account() ? tabs(at) : ''));
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

function tabs(at) {
  const tab = (href, key, shape) => h('a', { href, 'aria-current': at === href ? 'page' : null }, icon(shape), h('span', null, t(key)));
  return h('nav', { 'aria-label': t('tabs') }, tab('#/', 'tab.tasks', 'list'), tab('#/queue', 'tab.queue', 'queue'), tab('#/history', 'tab.history', 'clock'), tab('#/settings', 'tab.settings', 'gear'));
}

/** Size, contrast and language as they were chosen. */
function dress() {
  const { text, contrast, language } = session.settings();
  document.documentElement.style.fontSize = `${text}%`;
  document.documentElement.dataset.text = text;
  document.documentElement.dataset.contrast = contrast;
  speak(words, language);
}

/** The worker that holds the app; what goes wrong with it is said. */
async function hold() {
  if (!('serviceWorker' in navigator)) return note('shell.none');
  navigator.serviceWorker.addEventListener('message', (event) => event.data === 'shell-failed' && note('shell.failed'));
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener('controllerchange', () => had && location.reload());
  try {
    const registration = await navigator.serviceWorker.register('/app/worker.js', { scope: '/app/', updateViaCache: 'none' });
    const watch = (worker) => worker?.addEventListener('statechange', () => {
      if (worker.state === 'redundant' && !registration.active) note('shell.failed');
      if (worker.state === 'installed' || worker.state === 'activated') tell('update');
    });
    watch(registration.installing);
    registration.addEventListener('updatefound', () => watch(registration.installing));
  } catch {
    note('shell.failed');
  }
}

function note(key) {
  document.getElementById(key)?.remove(); // said once, however often it happens
  const line = h('div', { class: 'banner', role: 'alert', id: key }, h('p', null, t(key)), button(t('close'), () => line.remove()));
  document.body.prepend(line);
}

const words = await (await fetch(new URL('words.json', import.meta.url))).json();
await session.start();
await startClock();
dress();
hear('session', dress);
addEventListener('hashchange', go);
addEventListener('unhandledrejection', (event) => { console.error(event.reason); note('fault'); });
await go();
if (/MicroMessenger|wxwork|DingTalk/i.test(navigator.userAgent)) note('browser.embedded');
hold();
queue.start();
