// Photos on the phone. Bytes are safe before anything else happens to them, and leave only with proof.

import { all, get, put, read, write } from './db.js';
import { tell } from './bus.js';
import { iso, report, sha256 } from './net.js';
import * as geo from './geo.js';
import { photosOf } from './model.js';
import { account, settings } from './session.js';
import { download } from './ui.js';

/**
 * @typedef {{digest: string, account: string, bytes: number, type: string, taken_at: string, source: 'camera'|'gallery',
 *   fix: any, fix_after?: any, saved_at: string, state: 'waiting'|'received'|'accepted'|'rejected', upload?: string | null,
 *   offset?: number, tries?: number, next_at?: number, problem?: any, previewed?: 'sent'|'none', proof?: any, freed_at?: string,
 *   remote?: string, seen?: boolean}} Photo
 */

export const ROOM_TO_WARN = 200e6;
export const ROOM_TO_PICK = 50e6;
export const LARGEST = 25 * 1024 * 1024;
const THUMB = 240;
const PREVIEW = 1280;

/** What was taken and could not be kept, so that it may still be handed to the phone's own album. */
class Unkept extends Error {
  /** @param {ArrayBuffer} bytes @param {string} name */
  constructor(bytes, name) {
    super('not kept');
    this.bytes = bytes;
    this.name = name;
  }
}
export class Closed extends Unkept {} // the visit was handed in a moment ago
export class NoRoom extends Unkept {} // on the phone

/** What was chosen is a film, a document, or too large: the server would refuse it in the evening. */
export class NoPicture extends Error {}

const SIGNS = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^RIFF[^]{4}WEBP/, /^[^]{4}ftyp(hei|hev|mif1|msf1)/];

/** Whether bytes begin like a photo: JPEG, PNG, WebP, HEIC. @param {ArrayBuffer} bytes */
function isPicture(bytes) {
  const head = String.fromCharCode(...new Uint8Array(bytes.slice(0, 16)));
  return SIGNS.some((each) => each.test(head));
}

/** There is so little room that nothing more is taken from the album: what the camera takes comes first. */
export class LittleRoom extends Error {}

/** Bytes left for this app, as the browser guesses; null when it does not say. */
export async function room() {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined ? null : quota - usage;
}

/**
 * Keep a photo for an item. When this resolves, it is on the disk with its digest; everything else comes later.
 * @param {Blob} file @param {{visit: string, item: string, source: 'camera'|'gallery', fix: any}} about
 * @returns {Promise<Photo>}
 */
export async function keep(file, { visit, item, source, fix }) {
  const bytes = await file.arrayBuffer(); // first of all: browsers delete what a camera app handed over
  if (!isPicture(bytes) || bytes.byteLength > LARGEST) throw new NoPicture(bytes.byteLength > LARGEST ? 'photo.large-text' : 'photo.none-text');
  const digest = await sha256(bytes);
  const left = source === 'gallery' ? await room() : null;
  if (left !== null && left < ROOM_TO_PICK) throw new LittleRoom(String(left));
  const taken = iso();
  let photo;
  try {
    photo = await write(['visits', 'photos', 'bytes'], async (stores) => {
      const found = await stores.photos.get(digest);
      const held = await stores.visits.get(visit);
      if (held?.state !== 'draft') throw new Closed(bytes, nameOf(digest, file.type));
      // another account's record, or one without bytes here, proves nothing of this account's
      const standing = found?.account === account().name && !found.remote ? { ...found, problem: null, next_at: 0 } : null;
      const answer = (held.answers[item] ??= {});
      answer.photos = [...new Set([...(answer.photos ?? []), digest])];
      held.saved_at = taken;
      held.at = item;
      /** @type {Photo} */
      const record = standing ?? {
        digest, account: account().name, bytes: bytes.byteLength, type: file.type || 'image/jpeg', taken_at: taken, source,
        fix: fix ?? null, saved_at: taken, state: 'waiting',
      };
      if (record.state === 'waiting') await stores.bytes.put(bytes, digest);
      await stores.photos.put(record);
      await stores.visits.put(held);
      return record;
    });
  } catch (error) {
    if (error.name === 'QuotaExceededError') throw new NoRoom(bytes, nameOf(digest, file.type));
    throw error;
  }
  tell('photos');
  tell('visits');
  tell('work');
  afterwards(photo, new Blob([bytes], { type: photo.type })); // nobody waits for these, and nothing is lost when they fail
  return photo;
}

export const nameOf = (digest, type) => `${digest.slice(0, 16)}.${(type ?? '').split('/')[1]?.replace('jpeg', 'jpg') || 'jpg'}`;

/** @param {Photo} photo @param {Blob} file */
async function afterwards(photo, file) {
  navigator.storage?.persist?.().catch(() => {});
  if (settings().copies && photo.source === 'camera') download(file, nameOf(photo.digest, photo.type));
  const [small] = await Promise.all([shrink(file, THUMB), geo.fix(10e3, true).then((fix) => fix && note(photo.digest, { fix_after: fix }))]);
  if (small) await put('thumbs', small, photo.digest);
  tell('photos');
}

/** A small JPEG of a picture; null when this browser cannot read it. @param {Blob} file @param {number} side @returns {Promise<ArrayBuffer | null>} */
async function shrink(file, side) {
  try {
    // before Chromium 112 the word was another, and what it says was what happened anyway
    const whole = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => createImageBitmap(file));
    const scale = Math.min(1, side / Math.max(whole.width, whole.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(whole.width * scale));
    canvas.height = Math.max(1, Math.round(whole.height * scale));
    canvas.getContext('2d').drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.72));
    return blob && (await blob.arrayBuffer());
  } catch {
    return null;
  }
}

/** What is sent before the original. @param {Photo} photo */
export async function preview(photo) {
  const bytes = await get('bytes', photo.digest);
  return bytes ? shrink(new Blob([bytes], { type: photo.type }), PREVIEW) : null;
}

/** Change the small record of a photo. @param {string} digest @param {Partial<Photo>} change */
export async function note(digest, change) {
  await write(['photos'], async ({ photos }) => {
    const standing = await photos.get(digest);
    if (standing) await photos.put({ ...standing, ...change });
  });
  if (change.state) await mine(); // counts what waits
  tell('photos');
}

/** The photos of who is signed in, in the order they were taken. @returns {Promise<Photo[]>} */
export async function mine() {
  const name = account()?.name;
  const found = (await all('photos')).filter((each) => each.account === name);
  report(found.filter((each) => each.state === 'waiting').length);
  return found.sort((one, other) => String(one.saved_at).localeCompare(String(other.saved_at)));
}

/** @param {string[]} digests @returns {Promise<Map<string, Photo>>} */
export const some = (digests) =>
  read(['photos'], async ({ photos }) => new Map((await Promise.all(digests.map((each) => photos.get(each)))).filter(Boolean).map((each) => [each.digest, each])));

/** A photo's small picture, or its bytes when there is none; null without either. @param {string} digest */
export async function picture(digest, large = false) {
  return read(['photos', 'thumbs', 'bytes'], async ({ photos, thumbs, bytes }) => {
    const photo = await photos.get(digest);
    const found = (large && (await bytes.get(digest))) || (await thumbs.get(digest)) || null;
    return found && new Blob([found], { type: large ? photo?.type : 'image/jpeg' });
  });
}

/** Take a photo off an item; its bytes go when nothing names it and it was never sent. @param {string} visit @param {string} item @param {string} digest */
export async function takeOff(visit, item, digest) {
  await write(['visits', 'photos', 'bytes', 'thumbs'], async ({ visits, photos, bytes, thumbs }) => {
    const held = await visits.get(visit);
    const answer = held.answers[item];
    if (held.state !== 'draft' || !answer || held.older?.includes(digest)) return;
    answer.photos = answer.photos.filter((each) => each !== digest);
    await visits.put(held);
    const ofNoUse = (await photos.get(digest))?.state === 'rejected'; // or the server may be waiting for it
    const named = (await visits.all()).some((each) => photosOf(each).includes(digest) || (!ofNoUse && each.asked?.includes(digest)));
    if (!named) await Promise.all([photos.delete(digest), bytes.delete(digest), thumbs.delete(digest)]);
  });
  tell('photos');
  tell('visits');
}

const KEEPING = 7 * 24 * 3600e3;

/** Let go of the bytes of photos that the server has proved to have: after a week, or at once when room is short. @param {number} at @param {number | null} left */
export async function free(at, left) {
  const short = left !== null && left < ROOM_TO_WARN;
  const drafted = new Set((await all('visits')).filter((each) => each.state !== 'sent').flatMap(photosOf));
  for (const photo of await all('photos')) {
    const proved = photo.state === 'accepted' && photo.proof?.digest === photo.digest && photo.proof.bytes === photo.bytes;
    if (!proved || photo.freed_at || (!short && at - Date.parse(photo.proof.at) < KEEPING)) continue;
    if (drafted.has(photo.digest) && !short) continue;
    await write(['photos', 'bytes'], async (stores) => {
      await stores.bytes.delete(photo.digest);
      await stores.photos.put({ ...(await stores.photos.get(photo.digest)), freed_at: iso() });
    });
  }
}
