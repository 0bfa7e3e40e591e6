// A8: what became of one's visits.

import { known } from '../pack.js';
import * as visits from '../visits.js';
import { Live } from '../elements/live.js';
import { h, radios, t, when } from '../ui.js';

class History extends Live {
  static events = ['visits', 'pack'];

  state = '';

  async show() {
    const { mine } = await known();
    const here = new Map((await visits.mine()).map((each) => [each.id, each]));
    // what this phone knows better than the list of some minutes ago
    const newer = (visit, listed) => visit.state === 'queued' || (visit.state === 'sent' && (!listed || visit.revision > listed.revision));
    const own = [...here.values()].filter((each) => newer(each, mine.find((listed) => listed.id === each.id)));
    const told = own.map((each) => ({ id: each.id, centre_name: each.centre.name, kind: each.kind, finished_at: each.finished_at, state: each.state === 'queued' ? 'queued' : each.receipt?.state ?? 'submitted' }));
    const shown = [...told, ...mine.filter((each) => !told.some((one) => one.id === each.id))].filter((each) => !this.state || each.state === this.state);
    this.fill(shown.length ? shown.map((each) => h(here.has(each.id) ? 'a' : 'div', { class: 'card row', href: here.has(each.id) ? `#/check/${each.id}` : null },
      h('span', null, h('strong', null, each.centre_name), h('small', null, `${t(`kind.${each.kind}`)} · ${when(each.finished_at)}`)), h('span', { class: `state ${each.state}` }, t(`state.${each.state}`)))) : h('p', { class: 'quiet' }, t('history.none')));
  }
}
customElements.define('audit-history', History);

export async function history() {
  const list = h('audit-history');
  const states = ['', 'queued', 'waiting', 'submitted', 'returned', 'approved', 'void'];
  return { title: t('history'), content: [radios(t('history.state'), 'state', states.map((each) => [each, t(`state.${each || 'all'}`)]), '', (value) => { list.state = value; list.soon(); }), list] };
}
