// One photo in pieces (tus 1.0.0): cut anywhere, it goes on where the server says.

import { authorised } from './session.js';
import { Refused, Unreachable } from './net.js';

const SMALLEST = 32 * 1024; // 16 s at 2 kB/s: on the worst of lines a piece still arrives
const LARGEST = 1024 * 1024;
let size = 128 * 1024; // what the line takes in some seconds, as it was last: what a cut costs at most
const PATIENCE = 120e3;
const TUS = { 'Tus-Resumable': '1.0.0' };

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** A header that every answer of ours has; without it somebody else answered. */
function told(answer, name) {
  const value = answer.headers.get(name);
  if (value === null) throw new Unreachable(`no ${name}`);
  return value;
}
const offsetOf = (answer) => Number(told(answer, 'Upload-Offset'));

/**
 * Send the bytes, from where the last attempt came to. Throws what `authorised` throws.
 * @param {string} digest @param {ArrayBuffer} bytes @param {string | null | undefined} upload where it was begun
 * @param {(where: {upload: string | null, offset: number}) => any} came told after each piece
 * @param {() => boolean} goOn asked before each piece
 * @returns {Promise<boolean>} whether all of it is there
 */
export async function send(digest, bytes, upload, came, goOn) {
  let offset = upload ? await ask(upload) : null;
  if (offset === null) {
    ({ upload, offset } = await begin(digest, bytes.byteLength));
    await came({ upload, offset });
  }
  let lost = 0;
  while (offset < bytes.byteLength) {
    if (!goOn()) return false;
    try {
      offset = await piece(upload, bytes, offset);
    } catch (error) {
      // 409: the server has another offset in its books, for an answer of its was lost; 460: the line changed the bytes
      if (!(error instanceof Refused) || ![404, 409, 410, 460].includes(error.status) || (lost += 1) > 3) throw error;
      offset = await ask(upload);
      if (offset === null) return send(digest, bytes, null, came, goOn);
    }
    await came({ upload, offset });
  }
  return true;
}

async function begin(digest, length) {
  const answer = await authorised('POST', '/api/v1/uploads', {
    headers: { ...TUS, 'Upload-Length': String(length), 'Upload-Metadata': `sha256 ${btoa(digest)}` },
  });
  return { upload: new URL(told(answer, 'Location'), location.href).pathname, offset: offsetOf(answer) };
}

/** How far an upload came; null when there is none any more. */
async function ask(upload) {
  try {
    return offsetOf(await authorised('HEAD', upload, { headers: TUS }));
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 410)) return null;
    throw error;
  }
}

async function piece(upload, bytes, offset) {
  const part = bytes.slice(offset, offset + size);
  const began = Date.now();
  size = Math.max(SMALLEST, size / 2); // unless it gets through
  const sum = base64(await crypto.subtle.digest('SHA-256', part));
  const answer = await authorised('PATCH', upload, {
    bytes: part, patience: PATIENCE,
    headers: { ...TUS, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset), 'Upload-Checksum': `sha256 ${sum}` },
  });
  const took = Date.now() - began;
  size = Math.min(LARGEST, took < 5e3 ? size * 4 : took < 20e3 ? size * 2 : size);
  return offsetOf(answer);
}
