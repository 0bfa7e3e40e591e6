// A2: what is to do, and the centres near here.

import { known, refresh } from '../pack.js';
import { photosOf, place } from '../model.js';
import * as geo from '../geo.js';
import * as photos from '../photos.js';
import * as visits from '../visits.js';
import { Refused, Unreachable } from '../net.js';
import { Live } from '../elements/live.js';
import { problem } from '../elements/photos.js';
import { hint } from './login.js';
import { ask, button, far, h, icon, radios, t, when } from '../ui.js';

const SHOWN = 30;

/** Visits on this phone that are not handed in, and those that came back. */
class Todo extends Live {
  static events = ['visits', 'pack', 'photos'];

  async show() {
    const here = new Map((await visits.mine()).map((each) => [each.id, each]));
    const own = [...here.values()].filter((each) => each.state === 'draft');
    const refused = [...here.values()].filter((each) => each.state === 'queued' && each.problem && each.problem.retry !== 'later');
    const stuck = await ofNoUse([...here.values()]);
    // one that was reopened, or is on its way back already, needs no second look
    const pack = await known();
    const visited = [...[...here.values()].map((each) => [each.round, each.centre.id, each.kind]), ...pack.mine.map((each) => [each.round, each.centre, each.kind])].map(String);
    const due = pack.plans.filter((each) => !visited.includes(String([each.round, each.centre.id, each.kind])));
    const back = pack.mine.filter((each) => each.state === 'returned' && !(here.get(each.id)?.revision > each.revision));
    this.fill(
      due.length ? h('h2', null, t('tasks.planned'), ' ', h('b', { class: 'badge' }, String(due.length))) : null,
      due.map((each) => h('button', { type: 'button', class: 'card row', 'data-plan': each.id, onclick: () => start(pack.centres.find((one) => one.id === each.centre.id), pack, each) }, h('span', null, h('strong', null, each.centre.name), h('small', null, `${t(`kind.${each.kind}`)} · ${t('tasks.due', { day: each.due_on })}`)), icon('next'))),
      refused.map((each) => h('a', { class: 'card row risky', href: each.conflict ? `#/conflict/${each.id}` : `#/check/${each.id}` }, h('span', null, h('strong', null, each.centre.name), h('small', null, problem(each.problem))), icon('next'))),
      stuck.map((each) => h('button', { type: 'button', class: 'card row risky', onclick: () => mend(each.id) }, h('span', null, h('strong', null, each.centre.name), h('small', null, t('tasks.mend'))), icon('next'))),
      back.length ? h('h2', null, t('tasks.returned'), ' ', h('b', { class: 'badge' }, String(back.length))) : null,
      back.map((each) => h('button', { type: 'button', class: 'card row risky', onclick: () => reopen(each) }, h('span', null, h('strong', null, each.centre_name), h('small', null, t('tasks.returned-text', { count: each.reviews?.at(-1)?.reasons.length ?? '' }))), icon('next'))),
      own.length ? h('h2', null, t('tasks.begun')) : null,
      own.map((each) => h('a', { class: 'card row', href: `#/visit/${each.id}` }, h('span', null, h('strong', null, each.centre.name), h('small', null, `${t(`kind.${each.kind}`)} · ${when(each.started_at)}${each.revision > 1 ? ` · ${t('tasks.again')}` : ''}`)), icon('next'))),
    );
  }
}
customElements.define('audit-todo', Todo);

/** Visits that the server holds, and waits in vain for their photos. @param {visits.Visit[]} all */
export async function ofNoUse(all) {
  const records = new Map((await photos.mine()).map((each) => [each.digest, each]));
  return all.filter((visit) => visit.state === 'sent' && photosOf(visit).some((each) => records.get(each)?.state === 'rejected'));
}

export async function mend(id) {
  await visits.mend(id, problem);
  location.hash = `#/visit/${id}`;
}

async function reopen(detail) {
  const { rounds, centres, traits } = await known();
  const round = rounds.find((each) => each.code === detail.round);
  const centre = centres.find((each) => each.id === detail.centre);
  if (!round || !centre || !detail.answers) return ask(t('tasks.cannot'), t('tasks.cannot-text'), [['ok', t('ok'), 'main']]);
  await visits.reopen(detail, round, centre, traits[centre.county_code] ?? []);
  location.hash = `#/visit/${detail.id}`;
}

/** Centres by what was sought, else by distance, else by name. */
class Centres extends Live {
  static events = ['pack'];

  sought = '';

  set filter(text) {
    this.sought = text.trim().toLowerCase();
    this.soon();
  }

  async show() {
    this.known = await known();
    const { centres, rounds, at, ready } = this.known;
    const { fix, state } = geo.known();
    const found = centres.filter((each) => !this.sought || `${each.name} ${each.township} ${each.county}`.toLowerCase().includes(this.sought))
      .map((centre) => ({ centre, away: fix && centre.point ? place(fix, centre.point).metres : null }));
    found.sort((one, other) => (one.away ?? Infinity) - (other.away ?? Infinity) || one.centre.county_code.localeCompare(other.centre.county_code) || one.centre.level.localeCompare(other.centre.level) || one.centre.name.localeCompare(other.centre.name, 'zh'));
    const round = rounds[0];
    this.fill(
      h('p', { class: 'quiet' }, t('tasks.fetched', { at: when(at) }), state === 'denied' ? ` ${t('tasks.no-position')}` : ''),
      round ? [round.sample ? h('p', { class: 'note' }, t('sample')) : null] : h('p', { class: 'note' }, t(at ? 'tasks.no-round' : 'tasks.nothing')),
      found.slice(0, SHOWN).map(({ centre, away }) => h('button', { type: 'button', class: 'card row', 'data-centre': centre.id, onclick: () => start(centre, this.known) },
        h('span', null, h('strong', null, centre.name), h('small', null, `${centre.county} · ${centre.township} · ${t(`level.${centre.level}`)}${centre.demonstration ? ` · ${t('demonstration')}` : ''}`),
          round && ready[`${round.code} ${centre.level}`] ? h('small', { class: 'ready' }, t('tasks.ready')) : null),
        h('span', { class: 'away' }, away === null ? '—' : t('about', { far: far(away) })))),
      found.length > SHOWN ? h('p', { class: 'quiet' }, t('tasks.more', { count: found.length - SHOWN })) : null,
    );
  }
}
customElements.define('audit-centres', Centres);

const KINDS = ['check', 'spot', 'covert', 'recheck', 'self'];

async function start(centre, { rounds, traits }, plan = { round: '', kind: 'check' }) {
  if (!rounds.length || !centre) return;
  let round = rounds.find((each) => each.code === plan.round) ?? rounds[0];
  let { kind } = plan;
  const standing = (await visits.mine()).find((each) => each.state === 'draft' && each.centre.id === centre.id);
  const text = [h('p', null, `${centre.county} · ${centre.township}`), standing ? h('p', { class: 'note' }, t('begin.standing')) : null,
    rounds.length > 1 ? radios(t('round'), 'round', rounds.map((each) => [each.code, each.name]), round.code, (code) => { round = rounds.find((each) => each.code === code); }) : h('p', null, round.name),
    radios(t('kind'), 'kind', KINDS.map((each) => [each, t(`kind.${each}`)]), kind, (chosen) => { kind = chosen; })];
  const choice = await ask(centre.name, text, [['', t('cancel')], ...(standing ? [/** @type {[string, string]} */ (['go', t('begin.go-on')])] : []), ['new', t('begin'), 'main']]);
  if (choice === 'go') location.hash = `#/visit/${standing.id}`;
  if (choice === 'new') {
    geo.fix();
    const visit = await visits.begin(centre, round, kind, traits[centre.county_code] ?? []);
    location.hash = `#/visit/${visit.id}`;
  }
}

export async function tasks() {
  const list = h('audit-centres');
  const search = h('input', { type: 'search', 'aria-label': t('tasks.search'), placeholder: t('tasks.search'), oninput: () => { list.filter = search.value; } });
  geo.fix().then(() => list.soon());
  const again = button(t('tasks.refresh'), async () => {
    again.disabled = true;
    try {
      await refresh(true);
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
      await ask(t('tasks.not-fetched'), t('tasks.not-fetched-text'), [['ok', t('ok'), 'main']]);
    }
    again.disabled = false;
  });
  refresh().catch((error) => { if (!(error instanceof Unreachable || error instanceof Refused)) throw error; });
  return { title: t('tasks'), content: [h('audit-todo'), h('h2', null, t('tasks.centres')), search, list, again, hint()] };
}
