// The way out when a phone can never get online: everything that waits, as one file. Stored, not packed: photos are packed.

import { all, get } from './db.js';
import { iso } from './net.js';
import * as model from './model.js';
import { account, deviceName, settings } from './session.js';
import { unproved } from './queue.js';

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers: [bytes, value]… @param {...[number, number]} parts */
function record(...parts) {
  const view = new DataView(new ArrayBuffer(parts.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of parts) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return view.buffer;
}

const UTF8 = 0x0800;
const DAY = (1 << 5) | 1; // the first of January 1980: dates are in queue.json

/**
 * A ZIP of files; each is handed to the browser's blob storage as soon as it is read, so that memory stays small.
 * @param {AsyncIterable<{name: string, bytes: Uint8Array<ArrayBuffer>}>} files @returns {Promise<Blob>}
 */
export async function zip(files) {
  const parts = [], directory = [];
  let at = 0;
  for await (const { name, bytes } of files) {
    const called = new TextEncoder().encode(name);
    const about = /** @type {Array<[number, number]>} */ ([[2, 20], [2, UTF8], [2, 0], [2, 0], [2, DAY], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, called.length], [2, 0]]);
    const blob = new Blob([record([4, 0x04034b50], ...about), called, bytes]);
    parts.push(blob);
    directory.push(record([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), called);
    at += blob.size;
  }
  const index = new Blob(directory);
  const count = parts.length;
  return new Blob([...parts, index, record([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, index.size], [4, at], [2, 0])], { type: 'application/zip' });
}

/** Everything that is not proved to be on the server; `audit import-queue` takes it in. @returns {Promise<{blob: Blob, name: string}>} */
export async function queue(version) {
  const open = await unproved();
  const records = new Map((await all('photos')).map((each) => [each.digest, each]));
  const inspections = [];
  for (const visit of open.visits) {
    const edition = (await get('editions', visit.edition))?.content;
    const body = visit.outbox ?? (edition && model.body(edition, visit, records, iso()));
    inspections.push({ id: visit.id, state: visit.state, body });
  }
  const uses = new Map(open.visits.flatMap((visit) => Object.entries(visit.answers)
    .flatMap(([item, answer]) => (answer.photos ?? []).map((digest) => [digest, { inspection: visit.id, item }]))));
  const photos = open.photos.map(({ digest, bytes, type }) => ({
    digest, bytes, file: `photos/${digest}.${(type.split('/')[1] ?? 'jpg').replace('jpeg', 'jpg')}`, ...uses.get(digest),
  }));
  const head = { kind: 'audit-queue', version: 1, account: account().name, exported_at: iso(), app: version, device: settings().device || deviceName(), inspections, photos };
  async function* files() {
    yield { name: 'queue.json', bytes: new TextEncoder().encode(JSON.stringify(head, null, 1)) };
    for (const { digest, file } of photos) {
      const bytes = await get('bytes', digest);
      if (bytes) yield { name: file, bytes: new Uint8Array(bytes) };
    }
  }
  return { blob: await zip(files()), name: `audit-queue-${account().name}-${iso().slice(0, 16).replace(/[:T]/g, '')}.zip` };
}
