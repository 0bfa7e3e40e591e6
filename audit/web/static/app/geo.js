// Where the phone is. A fix that is refused or late costs no photo.

import { iso } from './net.js';

const FRESH = 15e3;
const GOOD = 30;

/** @type {any} */
let last = null;
let seen = 0;
/** @type {'unknown'|'asking'|'denied'|'none'|'found'} */
let state = 'unknown';
let watch = /** @type {number | null} */ (null);
const listeners = new Set();

const told = () => listeners.forEach((listener) => listener());

function found(position) {
  const { latitude, longitude, accuracy } = position.coords;
  last = { lat: latitude, lon: longitude, accuracy_m: Math.min(99_999, Math.round(accuracy * 10) / 10), confidence: '0.95', datum: 'WGS-84', taken_at: iso() };
  seen = Date.now();
  state = 'found';
  told();
}

function failed(error) {
  state = error.code === 1 ? 'denied' : 'none';
  told();
}

/** Ask once; resolves with the fix, or null after so many ms. `anew`: one that was known before will not do. @returns {Promise<any>} */
export function fix(patience = 10e3, anew = false) {
  if (!anew && last && Date.now() - seen < FRESH) return Promise.resolve(last);
  if (!navigator.geolocation) {
    state = 'none';
    return Promise.resolve(null);
  }
  state = state === 'found' ? state : 'asking';
  told();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), patience);
    navigator.geolocation.getCurrentPosition(
      (position) => { clearTimeout(timer); found(position); resolve(last); },
      (error) => { clearTimeout(timer); failed(error); resolve(null); },
      { enableHighAccuracy: true, timeout: patience, maximumAge: anew ? 0 : FRESH },
    );
  });
}

/** Follow the position as long as somebody looks; stops by itself, for the battery. @param {() => void} listener */
export function follow(listener) {
  listeners.add(listener);
  if (watch === null && navigator.geolocation) {
    watch = navigator.geolocation.watchPosition(found, failed, { enableHighAccuracy: true, maximumAge: FRESH });
  }
  return () => {
    listeners.delete(listener);
    if (!listeners.size && watch !== null) {
      navigator.geolocation.clearWatch(watch);
      watch = null;
    }
  };
}

/** What is known at this moment. */
export const known = () => ({ state, fix: last, fresh: Date.now() - seen < FRESH, good: (last?.accuracy_m ?? Infinity) <= GOOD });
export const freshFix = () => (last && Date.now() - seen < FRESH ? last : null);
