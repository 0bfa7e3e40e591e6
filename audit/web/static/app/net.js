// Talking to the server: problems with their meaning, the server's clock, and a line that may be dead though it looks alive.

import { get, put } from './db.js';

const PATIENCE = 60e3;
let ahead = 0; // how far the server's clock is ahead of the phone's, in ms
let reached = /** @type {boolean | null} */ (null);
let waits = ''; // how many photos wait on this phone, told with every request; '' before they were counted

/** No answer came: no signal, a dead line, or a server that is down. */
export class Unreachable extends Error {}

/** The server answered and refused; `retry` says what to do: never, later, after-fix. */
export class Refused extends Error {
  /** @param {number} status @param {any} problem @param {Headers} headers */
  constructor(status, problem, headers) {
    super(problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.slug = String(problem.type ?? '').replace('/problems/', '');
    this.problem = problem;
    this.retry = problem.retry ?? 'later'; // without a word of ours something between here and there has answered
    this.after = Number(headers.get('Retry-After') ?? 0) * 1000;
  }
}

/** Whether the last request had an answer; null before the first. The browser's own word for it is often wrong. */
export const isReached = () => reached;
export const now = () => Date.now() + ahead;
export const iso = (moment = now()) => new Date(moment).toISOString();
export const clockError = () => ahead;

export const startClock = async () => { ahead = (await get('keep', 'ahead')) ?? 0; };
export const report = (count) => { waits = String(count); };

/** @param {Headers} headers @param {number} sent */
function readClock(headers, sent) {
  const date = Date.parse(headers.get('Date') ?? '');
  const took = Date.now() - sent;
  if (Number.isNaN(date) || took > 10e3) return;
  const found = date + 500 - (sent + took / 2); // the header has whole seconds
  const before = ahead;
  ahead = Math.abs(found) < 2000 ? 0 : Math.round(found);
  if (Math.abs(ahead - before) > 2000) put('keep', ahead, 'ahead').catch(() => {});
}

/**
 * One request. Throws Unreachable without an answer, Refused for 4xx and 5xx.
 * @param {string} method @param {string} path
 * @param {{body?: any, bytes?: BodyInit, headers?: Record<string, string>, token?: string | null, patience?: number}} [how]
 * @returns {Promise<{status: number, headers: Headers, json: () => Promise<any>, bytes: () => Promise<ArrayBuffer>}>}
 */
export async function call(method, path, { body, bytes, headers = {}, token, patience = PATIENCE } = {}) {
  const asked = /** @type {Record<string, string>} */ ({ 'Accept-Language': document.documentElement.lang.slice(0, 2), ...headers });
  if (token) Object.assign(asked, { Authorization: `Bearer ${token}`, 'Audit-Waiting': waits });
  if (body !== undefined) asked['Content-Type'] = 'application/json';
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  const sent = Date.now();
  try {
    const answer = await fetch(path, {
      method, headers: asked, body: body === undefined ? bytes : JSON.stringify(body), signal: stop.signal,
      cache: 'no-store', credentials: 'omit', redirect: 'error',
    });
    reached = true;
    readClock(answer.headers, sent);
    if (answer.status >= 400) {
      const problem = await answer.json().catch(() => ({}));
      throw new Refused(answer.status, problem, answer.headers);
    }
    // read while the patience lasts: a line may die in the middle of an answer
    const content = await answer.arrayBuffer();
    return {
      status: answer.status, headers: answer.headers,
      json: async () => JSON.parse(new TextDecoder().decode(content)), bytes: async () => content,
    };
  } catch (error) {
    if (error instanceof Refused) throw error;
    reached = false;
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** The sha256 of bytes in hex. @param {BufferSource} bytes */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((each) => each.toString(16).padStart(2, '0')).join('');
}
