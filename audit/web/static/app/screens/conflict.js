// The server has another version of this visit: side by side, item by item. Photos of both stay.

import { items, same } from '../model.js';
import * as visits from '../visits.js';
import { kick } from '../queue.js';
import { button, h, radios, said, t } from '../ui.js';

const worded = (item, answer) => {
  if (!answer) return '—';
  if (answer.not_applicable !== undefined) return `${t('not-applicable')}：${answer.not_applicable}`;
  const value = answer.n !== undefined ? `${answer.n} / ${item.of ?? answer.m}` : answer.yes !== undefined ? t(answer.yes ? 'yes' : 'no') : answer.choice ?? answer.value;
  return [value, answer.note].filter(Boolean).join(' · ');
};

/** @param {string} id */
export async function conflict(id) {
  const { visit, edition } = await visits.whole(id);
  if (!visit?.conflict) return { title: t('gone'), back: '#/queue', content: h('p', null, t('gone.text')) };
  const theirs = visit.conflict.answers;
  const differ = items(edition).filter((item) => !same(item, visit.answers[item.code], theirs[item.code]));
  /** @type {Record<string, 'mine'|'theirs'>} */
  const chosen = Object.fromEntries(differ.map((item) => [item.code, 'mine']));
  const goOn = async () => {
    const next = await visits.settle(id, chosen);
    location.hash = `#/check/${next}`;
  };
  const giveWay = async () => {
    const more = await visits.yieldTo(id);
    kick();
    location.hash = more ? `#/check/${id}` : '#/queue';
  };
  return {
    title: t('conflict'), back: '#/queue',
    content: [
      h('p', null, t('conflict.text', { centre: visit.centre.name })), h('p', { class: 'note' }, t('conflict.photos')),
      differ.map((item) => h('section', { class: 'card' }, h('h2', null, `${item.code} ${said(item.text)}`),
        radios(t('conflict.keep'), item.code, [['mine', `${t('conflict.mine')}：${worded(item, visit.answers[item.code])}`], ['theirs', `${t('conflict.theirs')}：${worded(item, theirs[item.code])}`]], 'mine', (value) => { chosen[item.code] = value; }))),
      differ.length ? null : h('p', null, t('conflict.same')),
      h('p', { class: 'quiet' }, t(visits.OPEN.includes(visit.conflict.state) ? 'conflict.as-revision' : 'conflict.as-own')),
      h('div', { class: 'deck' }, differ.length ? button(t('conflict.go'), goOn, { class: 'main' }) : null, button(t('conflict.yield'), giveWay)),
    ],
  };
}
