// Making elements, and the words in them.

/** @type {Record<string, [string, string]>} */
let words = {};
let language = 'zh';

/** @param {Record<string, [string, string]>} table @param {string} chosen */
export function speak(table, chosen) {
  words = table;
  language = chosen;
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
}

export const speaks = () => language;

/** The words for a key, with {names} filled in. @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const pair = words[key];
  const text = pair ? pair[language === 'zh' ? 0 : 1] : key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** Text that comes in several languages. @param {{zh?: string, en?: string} | null | undefined} text */
export const said = (text) => text?.[language] ?? text?.zh ?? '';

/**
 * An element. Functions among the properties are listeners, true and false are bare attributes.
 * @param {string} tag @param {Record<string, any> | null} [properties] @param {...any} children
 * @returns {any}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name in { value: 1, checked: 1, disabled: 1, srcObject: 1 }) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

const SHAPES = {
  back: 'M15 5l-7 7 7 7', next: 'M9 5l7 7-7 7', camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 100 7 3.5 3.5 0 000-7',
  list: 'M5 6h14M5 12h14M5 18h14', queue: 'M12 16V5m-5 5l5-5 5 5M5 19h14', done: 'M5 12l5 5 9-10',
  gear: 'M12 9a3 3 0 100 6 3 3 0 000-6M12 3v3m0 12v3M3 12h3m12 0h3M6 6l2 2m8 8l2 2M18 6l-2 2M8 16l-2 2',
  clock: 'M12 4a8 8 0 100 16 8 8 0 000-16m0 3v5l4 2', pin: 'M12 21s7-6.5 7-11a7 7 0 10-14 0c0 4.500 7 11 7 11m0-8a2.500 2.500 0 100-5 2.500 2.500 0 000 5',
  warn: 'M12 4l9 16H3zm0 6v5m0 2v1', photo: 'M4 5h16v14H4zm0 11l5-5 4 4 3-3 4 4', cross: 'M6 6l12 12M18 6L6 18',
  offline: 'M4 4l16 16M5 12a10 10 0 014-2.500m4-.5a10 10 0 016 3M8.500 15.500a5 5 0 017 0M12 19v.01',
};

/** A picture beside words; nothing to who hears the page. @param {keyof typeof SHAPES} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A button. @param {string} words @param {(event: Event) => any} act @param {Record<string, any>} [properties] */
export const button = (words, act, properties = {}, ...before) =>
  h('button', { type: 'button', onclick: act, ...properties }, ...before, words);

/** A field with its label. */
export const field = (label, input, hint) =>
  h('label', { class: 'field' }, h('span', null, label), input, hint && h('small', null, hint));

/** A group of radios; `chosen(value)` is called on a change. */
export function radios(legend, name, options, value, chosen, disabled = false) {
  const short = options.every(([, label]) => label.length < 6);
  const even = options.length === 2 || options.length === 4;
  return h('fieldset', { class: short ? `radios short ${even ? 'even' : ''}` : 'radios', disabled }, h('legend', null, legend),
    options.map(([key, label]) => h('label', null,
      h('input', { type: 'radio', name, value: key, checked: key === value, onchange: () => chosen(key) }),
      h('span', null, label))));
}

/**
 * Ask with a dialog; resolves with the key of the button, null when it is left.
 * @param {string} title @param {any} text @param {Array<[string, string, string?]>} choices
 * @returns {Promise<string | null>}
 */
export function ask(title, text, choices) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { 'aria-labelledby': 'asked', onclose: () => { dialog.remove(); resolve(dialog.returnValue || null); } },
      h('form', { method: 'dialog' }, h('h2', { id: 'asked' }, title), h('div', { class: 'text' }, text),
        h('div', { class: 'choices' }, choices.map(([key, label, kind]) => h('button', { value: key, class: kind }, label)))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Say something without asking. @param {string} title @param {any} text */
export const inform = (title, text) => ask(title, text, [['ok', t('ok'), 'main']]);

const TWO = (number) => String(number).padStart(2, '0');

/** Beijing time, whatever the phone's own zone is. @param {string | number | null | undefined} moment */
export function when(moment, seconds = false) {
  if (!moment) return t('never');
  const at = new Date(new Date(moment).getTime() + 8 * 3600e3);
  const clock = `${TWO(at.getUTCHours())}:${TWO(at.getUTCMinutes())}`;
  if (seconds) return `${clock}:${TWO(at.getUTCSeconds())}`;
  return `${at.getUTCFullYear()}-${TWO(at.getUTCMonth() + 1)}-${TWO(at.getUTCDate())} ${clock}`;
}

/** @param {number} bytes */
export const size = (bytes) =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** @param {number | null} metres */
export const far = (metres) =>
  metres === null ? '—' : metres < 950 ? `${Math.round(metres / 50) * 50 || 50} m` : `${(metres / 1000).toFixed(metres < 9950 ? 1 : 0)} km`;

/** Hands bytes out of the browser, as a file. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60e3);
}
