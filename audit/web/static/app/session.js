// Who uses this phone, and what they set on it. A session that ran out never drops anything that waits.

import { get, put, read, write } from './db.js';
import { hear, tell } from './bus.js';
import { call, iso, Refused } from './net.js';

/** @type {{token: string | null, expires_at: string, name: string, display: string, id: number} | null} */
let current = null;

const DEFAULTS = { language: 'zh', text: '100', contrast: 'normal', originals: 'always', paused: false, copies: false, device: '' };
/** @type {typeof DEFAULTS} */
let chosen = { ...DEFAULTS };

export async function start() {
  await load();
  hear('session', async ({ detail }) => {
    if (detail !== 'elsewhere') return;
    const before = current?.name;
    await load();
    if (current?.name !== before) location.reload(); // what stands here is another account's
  });
}

async function load() {
  current = (await get('keep', 'session')) ?? null;
  chosen = { ...DEFAULTS, ...(await get('keep', 'settings')) };
}

export const settings = () => chosen;
/** @param {Partial<typeof DEFAULTS>} change */
export async function set(change) {
  chosen = { ...chosen, ...change };
  await put('keep', chosen, 'settings');
  tell('session');
}

/** The account of this phone, also when its sign-in ran out. */
export const account = () => current;
export const signedIn = () => Boolean(current?.token);

/**
 * What is on this phone and nowhere else; `unproved` are all photos that the server has not proved to have, `queued` the
 * visits that were handed in. @param {(name: string) => boolean} [whose] all accounts' by default
 * @returns {Promise<{photos: number, unproved: number, visits: number, queued: number}>}
 */
export function waiting(whose = () => true) {
  return read(['photos', 'visits'], async (stores) => {
    const of = async (/** @type {string} */ store) => (await stores[store].all()).filter((each) => whose(each.account));
    const [photos, visits] = [await of('photos'), await of('visits')];
    return {
      photos: photos.filter((each) => each.state === 'waiting').length,
      unproved: photos.filter((each) => each.state !== 'accepted').length,
      visits: visits.filter((each) => each.state !== 'sent').length,
      queued: visits.filter((each) => each.state === 'queued').length,
    };
  });
}

/** Another account would send this one's photos as its own. */
export class OthersWait extends Error {}

/** @param {{name: string, password: string, code?: string}} given */
export async function signIn({ name, password, code }) {
  if (current && current.name !== name) {
    const left = await waiting((each) => each !== name);
    if (left.unproved + left.visits) throw new OthersWait(current.name);
  }
  const device = chosen.device || deviceName();
  const answer = await call('POST', '/api/v1/tokens', { body: { name, password, device, ...(code && { code }) } });
  const { token, expires_at, account: who } = await answer.json();
  const me = await (await call('GET', '/api/v1/me', { token })).json();
  current = { token, expires_at, name: who.name, display: who.display, id: who.id };
  if (!me.duties.length) await remember();
  return me;
}

/** @param {string} old @param {string} fresh */
export async function changePassword(old, fresh) {
  await authorised('PUT', '/api/v1/me/password', { body: { old, new: fresh } });
  await remember();
}

async function remember() {
  await put('keep', current, 'session');
  tell('session');
}

/** The server no longer takes the token; what is on the phone stays. */
async function expire(used) {
  current = await write(['keep'], async ({ keep }) => {
    const kept = await keep.get('session');
    if (kept && kept.token !== used) return kept; // another tab, or this one, has signed in since
    const ended = kept && { ...kept, token: null };
    await keep.put(ended, 'session');
    return ended;
  });
  tell('session');
}

/** A request as the one who is signed in. @type {typeof call} */
export async function authorised(method, path, how = {}) {
  const used = current?.token;
  try {
    return await call(method, path, { ...how, token: used });
  } catch (error) {
    if (error instanceof Refused && error.status === 401 && used) await expire(used);
    throw error;
  }
}

/** Sign out; only when nothing waits, or after it was exported. The work of the account leaves the phone with it. */
export async function signOut() {
  await authorised('DELETE', '/api/v1/tokens/current').catch(() => {});
  current = null;
  await write(['keep', 'visits', 'photos', 'bytes', 'thumbs'], async (stores) => {
    await stores.keep.delete('session');
    await stores.keep.delete('mine');
    for (const name of ['visits', 'photos', 'bytes', 'thumbs']) {
      for (const key of await stores[name].keys()) await stores[name].delete(key);
    }
  });
  tell('session');
}

export function deviceName() {
  const system = /Android|iPhone|iPad|HarmonyOS|Windows|Mac|Linux/.exec(navigator.userAgent)?.[0] ?? 'browser';
  return `${system} ${iso().slice(0, 10)}`;
}
