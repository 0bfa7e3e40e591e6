// A6: what lacks, as links; then hand in.

import { lacking, photosOf, place, usedTwice } from '../model.js';
import * as visits from '../visits.js';
import * as photos from '../photos.js';
import { kick } from '../queue.js';
import { problem } from '../elements/photos.js';
import { Live } from '../elements/live.js';
import { ask, button, far, field, h, icon, said, t } from '../ui.js';

class Check extends Live {
  static events = ['visits', 'photos'];

  async show() {
    const id = this.getAttribute('visit');
    const { visit, edition } = await visits.whole(id);
    const found = lacking(edition, visit);
    const records = await photos.some(photosOf(visit));
    const broken = [...records.values()].filter((each) => each.state === 'rejected');
    const link = (code, words) => h('li', null, h('a', { href: `#/item/${id}/${code}` }, `${code} `, words));
    const must = [...found.filter((each) => each.blocks).map((each) => link(each.item.code, `${said(each.item.text)}：${t(each.key, each.values)}`)),
      ...broken.map((each) => link(itemOf(visit, each.digest), t('check.rejected', { why: problem(each.problem ?? {}) })))];
    const should = found.filter((each) => !each.blocks).map((each) => link(each.item.code, `${said(each.item.text)}：${t(each.key, each.values)}`));
    const left = visit.state !== 'draft' ? [] : Object.keys(visit.reasons ?? {}).filter((code) => JSON.stringify(visit.answers[code]) === JSON.stringify(visit.came?.[code])).map((code) => link(code, visit.reasons[code]));
    const twice = usedTwice(visit).map((each) => h('li', null, t('check.twice', { items: each.items.join('、') })));
    const { verdict, metres } = place(visit.fix, visit.centre.point);
    const draft = visit.state === 'draft';
    this.fill(
      visit.problem ? h('p', { class: 'fault' }, problem(visit.problem), h('ul', { class: 'links' }, (visit.problem.errors ?? []).map((each) => at(visit, each)))) : null,
      h('p', null, t('check.photos', { count: records.size })), h('p', null, visit.fix ? t('check.place', { far: far(metres), verdict: t(`arrival.${verdict ?? 'unknown'}`) }) : t('check.no-fix')),
      must.length ? [h('h2', null, icon('warn'), t('check.must', { count: must.length })), h('ul', { class: 'links' }, must)] : null,
      should.length ? [h('h2', null, t('check.should', { count: should.length })), h('p', { class: 'quiet' }, t('check.should-why')), h('ul', { class: 'links' }, should)] : null,
      left.length ? [h('h2', null, icon('warn'), t('check.left')), h('ul', { class: 'links' }, left)] : null,
      twice.length ? [h('h2', null, t('check.also')), h('ul', { class: 'links' }, twice)] : null,
      !must.length && draft ? h('p', { class: 'good' }, icon('done'), t('check.good')) : null,
      draft ? null : h('p', { class: 'note' }, t(`visit.${visit.state}`)),
      visit.conflict ? h('a', { class: 'button main', href: `#/conflict/${id}` }, t('conflict.see')) : null,
      draft ? h('button', { type: 'button', class: 'main', id: 'hand-in', disabled: must.length > 0, 'aria-describedby': 'why', onclick: () => handIn(id, should.length + left.length) }, t('check.hand-in')) : null,
      draft ? h('p', { id: 'why', class: 'quiet' }, must.length ? t('check.not-yet', { count: must.length }) : t('check.after')) : null,
      visit.state === 'queued' && !visit.conflict ? button(t('check.take-back'), () => visits.takeBack(id)) : null,
    );
  }
}
customElements.define('audit-check', Check);

/** A fault that the server found, with the way to the item. */
function at(visit, { pointer, detail }) {
  const [, list, index] = pointer.split('/');
  const code = list === 'answers' && (visit.outbox ?? visit.last)?.answers[index]?.item;
  return h('li', null, code ? h('a', { href: `#/item/${visit.id}/${code}` }, `${code} ${detail}`) : `${pointer} ${detail}`);
}

const itemOf = (visit, digest) => Object.keys(visit.answers).find((code) => visit.answers[code].photos?.includes(digest));

async function handIn(id, open) {
  const sure = !open || (await ask(t('check.hand-in'), t('check.sure', { count: open }), [['', t('cancel'), 'main'], ['yes', t('check.hand-in')]])) === 'yes';
  if (!sure) return;
  await visits.handIn(id);
  kick();
  location.hash = '#/queue';
}

/** @param {string} id */
export async function check(id) {
  const { visit, edition } = await visits.whole(id);
  if (!visit || !edition) return { title: t('gone'), back: '#/', content: h('p', null, t('gone.text')) };
  const why = h('input', { value: visit.no_fix_reason ?? '', maxlength: '300', oninput: () => visits.change(id, (standing) => { standing.no_fix_reason = why.value; }) });
  return { title: t('check'), back: `#/visit/${id}`, content: [h('p', { class: 'lead' }, visit.centre.name), !visit.fix && visit.state === 'draft' ? field(t('check.no-fix-why'), why) : null, h('audit-check', { visit: id })] };
}
