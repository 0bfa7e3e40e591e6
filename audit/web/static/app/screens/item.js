// A4 and A5: one item with its answer, note and photos; and the camera.

import { get } from '../db.js';
import { fault, items, mayNotApply, number, photosWanted, typed } from '../model.js';
import * as visits from '../visits.js';
import { Live } from '../elements/live.js';
import { choosers, inside } from '../elements/camera.js';
import { button, field, h, icon, radios, said, t } from '../ui.js';

/** What is wrong with the answer, and how many photos it wants. */
class Verdict extends Live {
  static events = ['visits', 'photos'];

  async show() {
    const { visit, edition } = await visits.whole(this.getAttribute('visit'));
    if (this.was && this.was !== visit.state) dispatchEvent(new HashChangeEvent('hashchange')); // handed in elsewhere: nothing more is typed here
    this.was = visit.state;
    const item = items(edition).find((each) => each.code === this.getAttribute('item'));
    const answer = visit.answers[item.code];
    const found = answer && fault(item, answer);
    const wanted = photosWanted(item, answer);
    this.setAttribute('role', 'status');
    this.fill(
      found ? h('p', { class: found.blocks ? 'fault' : 'note' }, icon('warn'), t(found.key, found.values)) : null,
      found?.key === 'fault.unusual' ? button(t('item.certain'), () => visits.answer(visit.id, item.code, (standing) => { standing.certain = true; })) : null,
      wanted ? h('p', { class: 'quiet' }, t('item.photos', { have: answer?.photos?.length ?? 0, wanted })) : null,
    );
  }
}
customElements.define('audit-verdict', Verdict);

/** A value of the standard or of the demonstration site, in words. */
function worded(item, value) {
  if (value === undefined || value === null) return '—';
  if (value === true || value === false) return t(value ? 'yes' : 'no');
  if (item.answer === 'choice') return said(item.choices.find((each) => each.code === value) ?? { zh: String(value), en: String(value) });
  if (item.answer === 'share') return `${Math.round(number(value) * 1000) / 10} %`;
  return `${number(value)} ${item.unit ?? ''}`;
}

function reached(item, answer) {
  if (!answer) return '—';
  if (answer.not_applicable !== undefined) return t('not-applicable');
  if (item.answer === 'share') return `${number(answer.n)} / ${number(answer.m)}`;
  return worded(item, answer.value ?? answer.yes ?? answer.choice);
}

/** The demonstration site's value and photos beside the standard of the centre's tier. */
async function example(item, visit) {
  const baseline = visit.baseline && (await get('baselines', visit.baseline));
  const digests = (baseline?.photos ?? []).filter((each) => each.item === item.code).map((each) => each.digest);
  const pictures = (await Promise.all(digests.map((each) => get('examples', each)))).filter((bytes) => bytes?.byteLength).map((bytes, index) => {
    const url = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
    const alt = t('example.photo', { number: index + 1 });
    return h('button', { type: 'button', class: 'tile', onclick: () => enlarge(url, alt) }, h('img', { src: url, alt }));
  });
  const standard = item.answer === 'choice' ? item.meets_from : item.standard?.[visit.centre.tier];
  return h('section', { class: 'card example' },
    h('dl', null, standard === undefined ? null : [h('dt', null, t('standard', { tier: t(`tier.${visit.centre.tier}`) })), h('dd', null, worded(item, standard))],
      baseline ? [h('dt', null, `${baseline.centre}${baseline.sample ? t('sample.short') : ''}`), h('dd', null, reached(item, baseline.answers[item.code]))] : [h('dt', null, t('example.none')), h('dd', null, '—')]),
    pictures.length ? h('div', { class: 'tiles', role: 'group', 'aria-label': t('example.look') }, pictures) : null);
}

/** A picture as large as the screen; the phone's own Back closes it. */
function enlarge(url, alt) {
  const dialog = h('dialog', { class: 'whole', 'aria-label': alt, onclose: () => { dialog.remove(); if (history.state === 'large') history.back(); } },
    h('img', { src: url, alt }), h('form', { method: 'dialog' }, h('button', { class: 'main' }, t('close'))));
  history.pushState('large', '');
  addEventListener('popstate', () => dialog.open && dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

const DIGITS = { measure: 'decimal', count: 'numeric', share: 'numeric' };

/** The control that fits the kind of answer. Every change goes to the disk at once. */
function control(item, visit, answer, editable) {
  const save = (make) => visits.answer(visit.id, item.code, (standing) => { delete standing.certain; make(standing); });
  const box = (key, label, value, more = {}) => {
    const input = h('input', { inputmode: DIGITS[item.answer], autocomplete: 'off', value: value ?? '', disabled: !editable, class: 'number', name: key, oninput: () => save((standing) => { standing[key] = input.value; }), ...more });
    return field(label, input);
  };
  if (item.answer === 'yes_no') return radios(t('item.answer'), 'yes', [['true', t('yes')], ['false', t('no')]], answer.yes === undefined ? null : String(answer.yes), (value) => save((standing) => { standing.yes = value === 'true'; }), !editable);
  if (item.answer === 'choice') return radios(t('item.answer'), 'choice', item.choices.map((each) => [each.code, said(each)]), answer.choice, (value) => save((standing) => { standing.choice = value; }), !editable);
  if (item.answer === 'share') return h('div', { class: 'pair' }, box('n', t('item.n'), answer.n), item.of || (answer.m && item.code in (visit.lists ?? {})) ? field(t(item.of ? 'item.m' : 'item.m-listed'), h('output', { class: 'number' }, String(item.of ?? answer.m))) : box('m', item.sample ? t('item.m-sample', { sample: item.sample }) : t('item.m'), answer.m));
  const one = box('value', `${t('item.value')}${item.unit ? `（${item.unit}）` : ''}`, answer.value);
  if (item.answer !== 'count') return one;
  const input = one.querySelector('input');
  const step = (by) => { input.value = String(Math.max(0, (typed(input.value) ?? 0) + by)); input.dispatchEvent(new Event('input')); };
  return h('div', { class: 'stepper' }, button('−1', () => step(-1), { disabled: !editable, 'aria-label': t('item.less') }), one, button('+1', () => step(1), { disabled: !editable, 'aria-label': t('item.more') }));
}

/** @param {string} id @param {string} code */
export async function item(id, code) {
  const { visit, edition } = await visits.whole(id);
  const list = edition ? items(edition) : [];
  const at = list.findIndex((each) => each.code === code);
  if (!visit || at < 0) return { title: t('gone'), back: '#/', content: h('p', null, t('gone.text')) };
  const it = list[at];
  const answer = visit.answers[code] ?? {};
  // of a returned visit what nobody found fault with stays as it was, until somebody says otherwise
  const editable = visit.state === 'draft' && (!visit.reasons || Boolean(visit.reasons[code]) || Boolean(visit.unlocked?.includes(code)));
  const change = (make) => visits.answer(id, code, make);
  const note = h('textarea', { rows: '2', maxlength: '2000', disabled: !editable, name: 'note', oninput: () => change((standing) => { standing.note = note.value; }) });
  note.value = answer.note ?? '';
  const method = (it.methods ?? []).map((each) => t(`method.${each}`)).join('、');
  const about = { visit: id, item: code };
  const { system, album } = choosers(about);
  const camera = inside() ? h('a', { class: 'button main', href: `#/camera/${id}/${code}` }, icon('camera'), t('camera.take')) : system;
  const side = (by, key) => (list[at + by] ? h('a', { class: 'button', href: `#/item/${id}/${list[at + by].code}` }, t(key)) : h('a', { class: 'button', href: `#/visit/${id}` }, t('item.overview')));
  return {
    title: `${code} ${t('item.of', { at: at + 1, all: list.length })}`, back: `#/visit/${id}`,
    content: [
      visit.reasons?.[code] ? h('section', { class: 'card risky' }, h('h2', null, t('visit.returned-why')), h('p', null, visit.reasons[code])) : null,
      h('p', { class: 'standard' }, said(it.text)), it.text.bo ? h('p', { lang: 'bo' }, it.text.bo) : null, method ? h('p', { class: 'quiet' }, t('item.method', { method })) : null,
      await example(it, visit),
      visit.state === 'draft' && !editable ? h('p', { class: 'note' }, t('item.locked'), button(t('item.unlock'), async () => { await visits.change(id, (standing) => { standing.unlocked = [...(standing.unlocked ?? []), code]; }); dispatchEvent(new HashChangeEvent('hashchange')); })) : null,
      applies(it, visit, answer, editable, change, control(it, visit, answer, editable)),
      h('audit-verdict', { visit: id, item: code }),
      h('h2', null, t('item.photos-of')), it.photo_hint ? h('p', { class: 'quiet' }, said(it.photo_hint)) : null,
      h('audit-photos', { class: 'tiles', visit: id, item: code }),
      editable ? h('div', { class: 'deck' }, camera, album) : null,
      field(t('item.note'), note),
      radios(t('item.flag'), 'flag', [['', t('flag.none')], ['rectify', t('flag.rectify')], ['escalate', t('flag.escalate')]], answer.flag ?? '', (value) => change((standing) => { standing.flag = value || undefined; }), !editable),
    ],
    foot: h('nav', { class: 'bar', 'aria-label': t('item.walk') }, side(-1, 'item.before'), h('audit-saved', { visit: id }), side(1, 'item.after')),
  };
}

/** The control, and where the edition allows it the way to say that the item does not apply. */
function applies(it, visit, answer, editable, change, control) {
  if (!mayNotApply(it, visit.traits)) return control;
  const reason = h('textarea', { rows: '2', maxlength: '500', disabled: !editable, name: 'reason', oninput: () => change((standing) => { standing.not_applicable = reason.value; }) });
  reason.value = answer.not_applicable ?? '';
  const why = field(t('item.reason'), reason);
  const show = (off) => { why.hidden = !off; control.hidden = off; };
  const box = h('input', { type: 'checkbox', checked: answer.not_applicable !== undefined, disabled: !editable, onchange: () => {
    show(box.checked);
    change((standing) => { if (box.checked) standing.not_applicable = reason.value; else delete standing.not_applicable; });
  } });
  show(box.checked);
  return h('div', null, control, h('label', { class: 'tick' }, box, h('span', null, t('item.not-applicable'))), why);
}

/** @param {string} id @param {string} code */
export async function camera(id, code) {
  const { visit, edition } = await visits.whole(id);
  const it = edition && items(edition).find((each) => each.code === code);
  if (!visit || !it) return { title: t('gone'), back: '#/', content: h('p', null, t('gone.text')) };
  const back = `#/item/${id}/${code}`;
  return {
    title: t('camera.of', { code }), back,
    content: [h('p', { class: 'quiet' }, said(it.photo_hint ?? it.text)), h('audit-camera', { visit: id, item: code }), h('audit-photos', { class: 'tiles', visit: id, item: code })],
    foot: h('nav', { class: 'bar', 'aria-label': t('item.walk') }, h('a', { class: 'button main', href: back }, t('camera.done'))),
  };
}
