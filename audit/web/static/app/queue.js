// What waits goes out: by itself, in order, from one tab at a time, and again until the server has proved that it has it.

import { get, put } from './db.js';
import { hear, tell } from './bus.js';
import { authorised, settings, signedIn } from './session.js';
import { clockError, iso, isReached, Refused, Unreachable } from './net.js';
import * as photos from './photos.js';
import * as tus from './tus.js';
import * as visits from './visits.js';
import { photosOf } from './model.js';
import { refresh } from './pack.js';

const STEPS = [5e3, 15e3, 30e3, 60e3, 120e3, 300e3];
const QUIET = 300e3; // between two looks when nothing failed
const CHECKING = 5e3; // while the server checks what it has received
const LOW_BATTERY = 0.15;
const ASKED_AT_ONCE = 500;

/**
 * @typedef {'idle'|'sending'|'offline'|'signed-out'|'paused'|'battery'|'elsewhere'} Mode
 * @type {{mode: Mode, now: string | null, done: number, of: number, next_at: number, failures: number, last: string | null}}
 */
const state = { mode: 'idle', now: null, done: 0, of: 0, next_at: 0, failures: 0, last: null };
let [running, wanted, timer] = [false, false, 0];
const forced = new Set(); // originals that somebody asked for whatever the settings say

/** `key` names what to say of it, when so many things wait. */
export const status = (count = 0) => ({
  ...state, clock: clockError(), reached: isReached(), key: !signedIn() ? 'signed-out' : state.mode === 'idle' && count ? 'waiting' : state.mode === 'sending' && !count ? 'looking' : state.mode,
});

/** @param {Partial<typeof state>} change */
function show(change) {
  Object.assign(state, change);
  tell('sync');
}

/** Look after what waits from now on. */
export async function start() {
  state.last = (await get('keep', 'last')) ?? null;
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && kick());
  addEventListener('online', () => kick());
  hear('session', () => signedIn() && kick());
  hear('work', () => kick());
  kick();
}

/** Send what waits, now. */
export function kick() {
  wanted = true;
  clearTimeout(timer);
  if (!running) run();
}

/** Send these originals, whatever the settings say of the line. @param {string[]} digests */
export function force(digests) {
  digests.forEach((each) => forced.add(each));
  kick();
}

async function run() {
  running = true;
  while (wanted) {
    wanted = false;
    try {
      if (navigator.locks) await navigator.locks.request('audit-sends', { ifAvailable: true }, (lock) => (lock ? drain() : show({ mode: 'elsewhere' })));
      else await drain();
    } catch (error) {
      show({ mode: 'offline', now: null });
      console.error(error);
    }
  }
  running = false;
  // at most a minute: every photo that is taken without signal has tried, and failed, too
  const due = state.failures ? STEPS[Math.min(state.failures, 4) - 1] : (await photos.mine()).some((each) => each.state === 'received') ? CHECKING : QUIET;
  state.next_at = Date.now() + due;
  timer = setTimeout(kick, due);
  tell('sync');
}

async function drain() {
  if (!signedIn()) return show({ mode: 'signed-out' });
  if (settings().paused) return show({ mode: 'paused' });
  if (await batteryIsLow()) return show({ mode: 'battery' });
  show({ mode: 'sending' });
  try {
    await sendVisits();
    await askForPhotos();
    await sendPhotos();
    await askForPhotos();
    await askForVisits();
    await refresh();
    await photos.free(Date.now(), await photos.room());
    show({ mode: 'idle', now: null, failures: 0, last: iso() });
    await put('keep', state.last, 'last');
  } catch (error) {
    if (error instanceof Unreachable) show({ mode: 'offline', now: null, failures: state.failures + 1 });
    else if (error instanceof Refused && noLonger(error)) show({ mode: 'signed-out', now: null });
    else if (error instanceof Refused) show({ mode: 'idle', now: null, failures: state.failures + 1 });
    else throw error;
  }
}

async function batteryIsLow() {
  const battery = await /** @type {any} */ (navigator).getBattery?.().catch(() => null);
  return Boolean(battery) && !battery.charging && battery.level < LOW_BATTERY;
}

/** Whether this browser tells which kind of line there is; iPhones do not. */
export const lineIsTold = () => /** @type {any} */ (navigator).connection?.type !== undefined;

/** Whether originals may go over the line there is. */
function lineIsGood() {
  const { originals } = settings();
  const type = /** @type {any} */ (navigator).connection?.type;
  return originals === 'always' || (originals === 'wifi' && (!lineIsTold() || type === 'wifi' || type === 'ethernet'));
}

/** @param {any} error what the server said */
const told = (error) => ({
  slug: error.slug, title: error.problem.title, detail: error.problem.detail, errors: error.problem.errors, retry: error.retry, status: error.status,
});

const later = (error, tries) => Date.now() + Math.max(error.after, STEPS[Math.min(tries, STEPS.length - 1)]);

// --- visits ---------------------------------------------------------------------------------------------------------

async function sendVisits() {
  for (const { id } of await visits.mine()) {
    const visit = await visits.find(id); // as it is by now: it may have been taken back while another was sent
    if (!visit || visit.state !== 'queued' || (visit.problem && visit.problem.retry !== 'later') || (visit.next_at ?? 0) > Date.now()) continue;
    if ((await visits.asking(visit.id)).state !== 'queued') continue;
    show({ now: visit.centre.name });
    try {
      const answer = await authorised('PUT', `/api/v1/inspections/${visit.id}`, { body: visit.outbox });
      await visits.received(visit.id, visit.outbox, await answer.json());
    } catch (error) {
      if (!(error instanceof Refused) || noLonger(error)) throw error;
      await refused(visit, error);
    }
  }
}

/** The session ended, or somebody else's duty comes first: nothing that waits is at fault. */
const noLonger = (error) => error.status === 401 || error.slug.endsWith('-first');

async function refused(visit, error) {
  const tries = (visit.tries ?? 0) + 1;
  await visits.change(visit.id, (standing) => {
    if (standing.state !== 'queued') return;
    Object.assign(standing, { problem: told(error), tries, next_at: error.retry === 'later' ? later(error, tries) : 0 });
  });
  if (error.slug === 'inspection-conflict' || error.slug === 'inspection-final') {
    const answer = await authorised('GET', `/api/v1/inspections/${visit.id}`);
    await visits.collide(visit.id, await answer.json());
  }
}

/** A visit waits at the server no longer than its last photo is checked: its own word for it. */
async function askForVisits() {
  const open = new Set((await photos.mine()).filter((each) => each.state !== 'accepted').map((each) => each.digest));
  for (const visit of await visits.mine()) {
    if (visit.state !== 'sent' || visit.receipt?.state !== 'waiting' || photosOf(visit).some((each) => open.has(each))) continue;
    const { state } = await (await authorised('GET', `/api/v1/inspections/${visit.id}`)).json();
    if (state !== 'waiting') await visits.came(visit.id, state);
  }
}

// --- photos ---------------------------------------------------------------------------------------------------------

/** What became of the photos that wait: asked before any is sent, and after. */
async function askForPhotos() {
  const open = (await photos.mine()).filter((each) => each.state === 'waiting' || each.state === 'received');
  for (let at = 0; at < open.length; at += ASKED_AT_ONCE) {
    const some = open.slice(at, at + ASKED_AT_ONCE);
    const answer = await (await authorised('POST', '/api/v1/photos/questions', { body: { digests: some.map((each) => each.digest) } })).json();
    const rejected = new Map(answer.rejected.map((each) => [each.digest, each]));
    for (const photo of some) {
      if (answer.accepted.includes(photo.digest)) await prove(photo);
      else if (rejected.has(photo.digest)) await reject(photo, rejected.get(photo.digest).problem);
      else if (answer.received.includes(photo.digest) && photo.state !== 'received') await photos.note(photo.digest, { state: 'received', problem: null });
      else if (answer.lacking.includes(photo.digest) && photo.state === 'received') await photos.note(photo.digest, { state: 'waiting', upload: null, offset: 0 });
    }
  }
}

/** The server says that it has the photo: its word for digest and size is compared before the phone lets go of anything. */
async function prove(photo) {
  const found = await (await authorised('GET', `/api/v1/photos/${photo.digest}`)).json();
  const same = found.digest === photo.digest && found.bytes === photo.bytes;
  if (same) await photos.note(photo.digest, { state: 'accepted', problem: null, proof: { digest: found.digest, bytes: found.bytes, at: iso() } });
}

const reject = (photo, problem) =>
  photos.note(photo.digest, { state: 'rejected', problem: { title: problem?.zh, zh: problem?.zh, en: problem?.en, detail: problem?.detail, retry: 'after-fix' } });

/** Photos to send: those of visits that were handed in come first. */
async function inOrder() {
  const handedIn = new Set((await visits.mine()).filter((each) => each.state !== 'draft').flatMap(photosOf));
  const open = (await photos.mine()).filter((each) => each.state === 'waiting');
  return [...open.filter((each) => handedIn.has(each.digest)), ...open.filter((each) => !handedIn.has(each.digest))];
}

const due = (photo) => (!photo.problem || photo.problem.retry === 'later') && (photo.next_at ?? 0) <= Date.now();

async function sendPhotos() {
  const open = (await inOrder()).filter(due);
  show({ done: 0, of: open.length });
  // everybody's small picture before anybody's large one: a reviewer sees on the day what comes
  for (const photo of open.filter((each) => !each.previewed)) await sendPreview(photo);
  for (const photo of open) {
    if (settings().paused) return;
    if (lineIsGood() || forced.has(photo.digest)) await sendPhoto(photo);
    show({ done: state.done + 1 });
  }
}

async function sendPreview(photo) {
  const bytes = photo.bytes > 400e3 ? await photos.preview(photo) : null;
  let previewed = /** @type {'sent'|'none'} */ ('none');
  if (bytes) {
    try {
      await authorised('PUT', `/api/v1/photos/${photo.digest}/preview`, { bytes, patience: 120e3, headers: { 'Content-Type': 'image/jpeg' } });
      previewed = 'sent';
    } catch (error) {
      if (error instanceof Unreachable) await photos.note(photo.digest, { previewed: 'none' }); // the original goes on where a cut left it; this would not
      if (!(error instanceof Refused) || noLonger(error)) throw error;
      if (error.retry === 'later') return; // the original does not wait for it
    }
  }
  await photos.note(photo.digest, { previewed });
}

async function sendPhoto(photo) {
  const bytes = await get('bytes', photo.digest);
  if (!bytes) return photos.note(photo.digest, { state: 'rejected', problem: { slug: 'gone', retry: 'never' } });
  show({ now: photo.digest });
  try {
    const whole = await tus.send(photo.digest, bytes, photo.upload, (where) => photos.note(photo.digest, where), () => !settings().paused);
    if (whole) {
      forced.delete(photo.digest);
      await photos.note(photo.digest, { state: 'received', problem: null, tries: 0 });
    }
  } catch (error) {
    if (!(error instanceof Refused) || noLonger(error)) throw error;
    if (error.retry === 'after-fix') return reject(photo, { ...told(error), zh: error.problem.title, en: error.problem.title });
    const tries = (photo.tries ?? 0) + 1;
    const change = { problem: told(error), tries, next_at: error.retry === 'later' ? later(error, tries) : 0 };
    await photos.note(photo.digest, { ...change, ...(error.retry !== 'later' && { upload: null, offset: 0 }) });
  }
}

/** Try again what was refused. @param {string} digest */
export async function again(digest) {
  await photos.note(digest, { state: 'waiting', problem: null, tries: 0, next_at: 0 });
  force([digest]);
}

/** @param {string} id */
export async function visitAgain(id) {
  await visits.change(id, (visit) => Object.assign(visit, { problem: null, tries: 0, next_at: 0 }));
  kick();
}

/** Everything that is on this phone alone, or not yet proved to be elsewhere. */
export async function unproved() {
  const open = (await photos.mine()).filter((each) => each.state !== 'accepted' && !each.freed_at);
  return { photos: open, visits: (await visits.mine()).filter((each) => each.state !== 'sent') };
}
