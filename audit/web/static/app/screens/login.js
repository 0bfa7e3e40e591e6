// A1: get in, and prepare for the day.

import { changePassword, OthersWait, account, settings, set, signIn } from '../session.js';
import { Refused, Unreachable, clockError } from '../net.js';
import { kick } from '../queue.js';
import { refresh } from '../pack.js';
import { problem } from '../elements/photos.js';
import { button, field, h, icon, radios, t } from '../ui.js';

/** @type {any} */
let install = null;
addEventListener('beforeinstallprompt', (event) => { event.preventDefault(); install = event; });

export const standalone = () => matchMedia('(display-mode: standalone)').matches || /** @type {any} */ (navigator).standalone === true;

/** How the app comes onto the home screen: there nobody clears it away. */
export function hint() {
  if (standalone()) return null;
  const ios = /iPhone|iPad/.test(navigator.userAgent);
  return h('section', { class: 'card' }, h('h2', null, t('install')), h('p', null, t(ios ? 'install.ios' : 'install.android')),
    install ? button(t('install.now'), () => install.prompt()) : null);
}

export async function login() {
  const who = account();
  const fault = h('p', { class: 'fault', role: 'alert', id: 'fault' });
  const name = h('input', { name: 'name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, value: who?.name ?? '' });
  const secret = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  const code = h('input', { name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '6' });
  const codeField = field(t('login.code'), code);
  codeField.hidden = true;
  const go = h('button', { class: 'main' }, t('login.go'));
  const form = h('form', { onsubmit: submit, 'aria-describedby': 'fault' }, field(t('login.name'), name), field(t('login.password'), secret),
    h('label', { class: 'tick' }, h('input', { type: 'checkbox', onchange: (event) => { secret.type = event.target.checked ? 'text' : 'password'; } }), h('span', null, t('login.show'))),
    codeField, fault, go);

  async function submit(event) {
    event.preventDefault();
    go.disabled = true;
    fault.textContent = '';
    try {
      const me = await signIn({ name: name.value.trim().toLowerCase(), password: secret.value, code: code.value.trim() });
      if (Math.abs(clockError()) > 5 * 60e3) fault.textContent = t('status.clock', { minutes: Math.round(Math.abs(clockError()) / 60e3) });
      if (me.duties.includes('password-change')) location.hash = '#/password';
      else {
        location.hash = '#/';
        refresh(true).then(kick, () => kick());
      }
    } catch (error) {
      fault.textContent = said(error);
      if (error instanceof Refused && /second-factor|code/.test(error.slug)) codeField.hidden = false;
    } finally {
      go.disabled = false;
    }
  }

  return {
    title: t('app'), foot: h('footer', { class: 'quiet' }, document.querySelector('meta[name=version]').getAttribute('content')),
    content: [h('p', { class: 'lead' }, t('login.lead')), who ? h('p', { class: 'note' }, t('login.again', who)) : null, form, hint(),
      radios('语言 · Language', 'language', [['zh', '中文'], ['en', 'English']], settings().language, async (value) => { await set({ language: value }); location.reload(); })],
  };
}

function said(error) {
  if (error instanceof Unreachable) return t('login.offline');
  if (error instanceof OthersWait) return t('login.others', { name: error.message });
  if (error instanceof Refused) return problem({ ...error.problem, slug: error.slug });
  throw error;
}

/** The first password came from the administrator. */
export async function password() {
  const fault = h('p', { class: 'fault', role: 'alert' });
  const old = h('input', { type: 'password', autocomplete: 'current-password', required: true });
  const fresh = h('input', { type: 'password', autocomplete: 'new-password', required: true });
  const form = h('form', { onsubmit: async (event) => {
    event.preventDefault();
    try {
      await changePassword(old.value, fresh.value);
      location.hash = '#/';
      refresh(true).then(kick, () => kick());
    } catch (error) {
      fault.textContent = said(error);
    }
  } }, field(t('password.old'), old), field(t('password.new'), fresh), fault, h('button', { class: 'main' }, t('password.go')));
  return { title: t('password'), back: '#/login', content: [h('p', null, icon('warn'), t('password.why')), form] };
}
