// The photos of an item, each with what has become of it.

import { Live } from './live.js';
import { find } from '../visits.js';
import * as photos from '../photos.js';
import { status } from '../queue.js';
import { authorised } from '../session.js';
import { put } from '../db.js';
import { ask, h, icon, size, speaks, t, when } from '../ui.js';

/** What has become of a photo, in words. @param {photos.Photo} photo */
export function fate(photo) {
  if (photo.state === 'waiting' && photo.problem) return t('photo.refused');
  if (photo.state === 'waiting' && photo.offset && photo.bytes) return t('photo.part', { percent: Math.floor((photo.offset / photo.bytes) * 100) });
  return t(`photo.${photo.state}`);
}

/** A small picture of a photo; a sign where this browser cannot draw it. @param {photos.Photo} photo @returns {Promise<HTMLElement>} */
export async function thumb(photo, alt) {
  let blob = await photos.picture(photo.digest);
  if (!blob && photo.remote) blob = await fetched(photo).catch(() => null);
  if (!blob) return h('span', { class: 'no-picture', role: 'img', 'aria-label': alt }, icon('photo'));
  const url = URL.createObjectURL(blob);
  return h('img', { src: url, alt, onload: () => URL.revokeObjectURL(url) });
}

async function fetched(photo) {
  const bytes = await (await authorised('GET', `/api/v1/inspections/${photo.remote}/photos/${photo.digest}?size=320`)).bytes();
  await put('thumbs', bytes, photo.digest);
  return new Blob([bytes], { type: 'image/jpeg' });
}

class Photos extends Live {
  static events = ['photos', 'visits', 'sync'];

  /** @type {Map<string, HTMLElement>} */
  tiles = new Map();

  async show() {
    const visit = await find(this.getAttribute('visit'));
    const item = this.getAttribute('item');
    const digests = visit?.answers[item]?.photos ?? [];
    const records = await photos.some(digests);
    for (const [digest, tile] of this.tiles) if (!digests.includes(digest)) { tile.remove(); this.tiles.delete(digest); }
    for (const [index, digest] of digests.entries()) {
      const photo = records.get(digest) ?? /** @type {any} */ ({ digest, state: 'accepted', remote: visit.id });
      if (!this.tiles.has(digest)) {
        const tile = await this.tile(photo, visit, item, index);
        this.tiles.set(digest, tile);
        this.append(tile);
      }
      const tile = this.tiles.get(digest);
      if (tile.querySelector('.no-picture')) tile.firstChild.replaceWith(await thumb(photo, t('photo.name', { number: index + 1 })));
      this.tell(tile, photo, visit);
    }
    this.dataset.count = String(digests.length);
  }

  async tile(photo, visit, item, index) {
    const name = t('photo.name', { number: index + 1 });
    return h('button', { type: 'button', class: 'tile', 'data-digest': photo.digest, onclick: () => this.open(photo.digest, visit, item, name) },
      await thumb(photo, name), h('span', { class: 'fate' }), h('span', { class: 'marks' }));
  }

  tell(tile, photo, visit) {
    const words = fate(photo);
    const state = photo.problem && photo.state === 'waiting' ? 'refused' : photo.state;
    const sending = status().now === photo.digest ? ' sending' : '';
    if (tile.className !== `tile ${state}${sending}`) tile.className = `tile ${state}${sending}`;
    const fateOf = tile.querySelector('.fate');
    if (fateOf.textContent !== words) fateOf.textContent = words;
    const marks = [visit.older?.includes(photo.digest) && t('photo.older'), photo.source === 'gallery' && t('photo.gallery'), !photo.remote && !photo.fix && !photo.fix_after && t('photo.no-fix')].filter(Boolean).join(' · ');
    if (tile.querySelector('.marks').textContent !== marks) tile.querySelector('.marks').textContent = marks;
  }

  async open(digest, visit, item, name) {
    const photo = (await photos.some([digest])).get(digest);
    const blob = await photos.picture(digest, true);
    const url = blob && URL.createObjectURL(blob);
    const at = photo?.fix ?? photo?.fix_after;
    const facts = [fate(photo), photo.bytes && size(photo.bytes), photo.taken_at && when(photo.taken_at), at && t('photo.fix', at), photo.problem && problem(photo.problem)].filter(Boolean);
    const mayGo = visit.state === 'draft' && !visit.older?.includes(digest);
    const choice = await ask(name, [url ? h('img', { class: 'large', src: url, alt: name }) : h('p', null, t('photo.no-picture')),
      h('ul', { class: 'facts' }, facts.map((each) => h('li', null, each))), h('p', { class: 'digest' }, digest)],
    [...(mayGo ? [/** @type {[string, string, string]} */ (['off', t('photo.take-off'), 'risky'])] : []), ['', t('close'), 'main']]);
    if (url) URL.revokeObjectURL(url);
    if (choice === 'off' && (await ask(t('photo.take-off'), t('photo.take-off-sure'), [['yes', t('photo.take-off'), 'risky'], ['', t('cancel'), 'main']])) === 'yes') await photos.takeOff(visit.id, item, digest);
  }
}
customElements.define('audit-photos', Photos);

/** A problem of the server's in the words of the one who looks. @param {any} problem */
export function problem(problem) {
  const title = problem.slug === 'gone' ? t('problem.gone') : problem[speaks()] ?? problem.title ?? t('problem.other');
  // what the server says in detail is in both languages, or in English alone
  return [title, problem.detail?.split(' · ').at(speaks() === 'zh' ? -2 : -1)].filter(Boolean).join(': ');
}

/** Live accuracy of the phone's position. */
class Fix extends HTMLElement {
  async connectedCallback() {
    const geo = await import('../geo.js');
    this.setAttribute('role', 'status');
    const show = () => {
      const { state, fix, fresh, good } = geo.known();
      this.className = state === 'found' && fresh ? (good ? 'good' : 'calm') : state === 'denied' ? 'warn' : 'calm';
      this.replaceChildren(icon('pin'), ` ${state === 'found' ? t(fresh ? 'fix.found' : 'fix.old', { metres: Math.round(fix.accuracy_m) }) : t(`fix.${state}`)}`);
    };
    show();
    this.stop = geo.follow(show);
    geo.fix();
  }

  disconnectedCallback() {
    this.stop?.();
  }
}
customElements.define('audit-fix', Fix);

