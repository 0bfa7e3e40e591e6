// A3: one visit, by section.

import { get } from '../db.js';
import * as geo from '../geo.js';
import { given, isOwn, place, progress } from '../model.js';
import * as visits from '../visits.js';
import { Live } from '../elements/live.js';
import { ask, button, far, field, h, icon, said, t, when } from '../ui.js';

/** Sections with their n of m, and the items of each. */
class Sections extends Live {
  static events = ['visits'];

  async show() {
    const { visit, edition } = await visits.whole(this.getAttribute('visit'));
    if (!visit) return;
    const open = new Set([...this.querySelectorAll('details[open]')].map((each) => /** @type {HTMLElement} */ (each).dataset.code));
    this.fill(progress(edition, visit).map((section) =>
      h('details', { 'data-code': section.code, open: open.has(section.code) || section.items.some((item) => visit.reasons?.[item.code]) },
        h('summary', null, h('strong', null, said(section)), h('span', { class: section.n === section.m ? 'count good' : 'count' }, section.m ? `${section.n}/${section.m}` : t('visit.optional')), section.photos ? h('span', { class: 'count warn' }, t('visit.photos-lack', { count: section.photos })) : null),
        h('ol', { class: 'items' }, section.items.map((item) => {
          const answer = visit.answers[item.code];
          return h('li', null, h('a', { href: `#/item/${visit.id}/${item.code}`, class: visit.reasons?.[item.code] ? 'risky' : given(answer) ? 'given' : '' },
            h('span', null, h('small', null, item.code), ' ', said(item.text)), h('span', { class: 'tick' }, visit.reasons?.[item.code] ? t('visit.returned') : given(answer) ? t('visit.given') : '')));
        })))));
  }
}
customElements.define('audit-sections', Sections);

/** Where one stands, against the centre's point. It advises and holds nobody up. */
function arrival(visit) {
  const told = h('p', { role: 'status' });
  const show = (fix) => {
    const { verdict, metres } = place(fix, visit.centre.point);
    told.textContent = !fix ? t('arrival.none') : [t('arrival.at', { metres: Math.round(fix.accuracy_m), time: when(fix.taken_at) }), metres !== null && t('arrival.away', { far: far(metres) }), verdict && t(`arrival.${verdict}`)].filter(Boolean).join(' · ');
  };
  const measure = async () => {
    const fix = await geo.fix(20e3);
    if (fix) await visits.change(visit.id, (standing) => { standing.fix = fix; });
    show(fix);
  };
  show(visit.fix);
  if (!visit.fix && visit.state === 'draft') measure();
  return h('section', { class: 'card' }, h('h2', null, icon('pin'), t('arrival')), told, visit.state === 'draft' ? button(t('arrival.again'), measure) : null);
}

/** @param {string} id */
export async function visit(id) {
  const { visit: shown, edition } = await visits.whole(id);
  if (!shown || !edition) return { title: t('gone'), back: '#/', content: h('p', null, t('gone.text')) };
  const draft = shown.state === 'draft';
  const team = h('input', { value: shown.team.join(' '), autocapitalize: 'none', disabled: !draft, oninput: () => visits.change(id, (standing) => { standing.team = team.value.toLowerCase().split(/[\s,，、;；]+/).filter(Boolean); }) });
  const baseline = shown.baseline && (await get('baselines', shown.baseline));
  const first = shown.at ?? edition.items[0].code;
  const discard = async () => {
    if ((await ask(t('visit.discard'), t('visit.discard-sure'), [['', t('cancel'), 'main'], ['yes', t('visit.discard'), 'risky']])) !== 'yes') return;
    await visits.discard(id);
    location.hash = '#/';
  };
  return {
    title: shown.centre.name, back: '#/',
    content: [
      h('p', { class: 'quiet' }, `${t(`kind.${shown.kind}`)} · ${said(edition.title)} · ${when(shown.started_at)}`),
      baseline?.sample ? h('p', { class: 'note' }, t('sample')) : null,
      shown.state === 'draft' ? null : h('p', { class: 'note' }, t(`visit.${shown.state}`)),
      shown.reasons ? h('section', { class: 'card risky' }, h('h2', null, t('visit.returned-why')), shown.comment ? h('p', null, shown.comment) : null,
        h('ul', { class: 'links' }, Object.entries(shown.reasons).map(([code, reason]) => h('li', null, h('a', { href: `#/item/${id}/${code}` }, `${code} ${reason}`))))) : null,
      arrival(shown), h('audit-sections', { visit: id }), field(t('visit.team'), team, t('visit.team-hint')),
      isOwn(shown) ? button(t('visit.discard'), discard, { class: 'risky' }) : draft && shown.asked ? h('p', { class: 'note' }, t('visit.no-discard')) : null,
    ],
    foot: h('nav', { class: 'bar', 'aria-label': t('visit.next') }, draft ? h('a', { class: 'button', href: `#/item/${id}/${first}` }, t(shown.at ? 'visit.go-on' : 'visit.start')) : null, h('a', { class: 'button main', href: `#/check/${id}` }, t(draft ? 'visit.check' : 'visit.see'))),
  };
}
