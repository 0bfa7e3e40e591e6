// What the phone keeps: IndexedDB, opened again when the system closes it.

const NAME = 'audit';
const VERSION = 1;
const STORES = {
  keep: null, // session, settings, what was fetched last: by name
  editions: 'id',
  baselines: 'id',
  visits: 'id',
  photos: 'digest', // small records; progress touches only these
  bytes: null, // the originals, as ArrayBuffers, by digest
  thumbs: null, // small pictures, as ArrayBuffers, by digest
  examples: null, // pictures of the demonstration site, by digest
};

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (!request.result.objectStoreNames.contains(name)) {
          request.result.createObjectStore(name, keyPath ? { keyPath } : undefined);
        }
      }
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const forget = () => { opened = null; };
      request.result.onclose = forget; // iOS closes connections when memory is short
      request.result.onversionchange = () => { request.result.close(); forget(); };
      resolve(request.result);
    };
  });
  opened.catch(() => { opened = null; });
  return opened;
}

/** @param {IDBRequest} request @returns {Promise<any>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBObjectStore} store */
function table(store) {
  return {
    /** @param {any} key @returns {Promise<any>} */
    get: (key) => done(store.get(key)),
    /** @returns {Promise<any[]>} */
    all: () => done(store.getAll()),
    /** @returns {Promise<any[]>} */
    keys: () => done(store.getAllKeys()),
    /** @param {any} value @param {any} [key] */
    put: (value, key) => done(key === undefined ? store.put(value) : store.put(value, key)),
    /** @param {any} key */
    delete: (key) => done(store.delete(key)),
  };
}

/**
 * One transaction. `work` may wait for nothing but the stores it is given; the promise resolves when all is on the disk
 * (strict: flushed, not only handed to the system).
 * @template T
 * @param {string[]} names
 * @param {IDBTransactionMode} mode
 * @param {(stores: Record<string, ReturnType<typeof table>>) => Promise<T> | T} work
 * @returns {Promise<T>}
 */
async function transaction(names, mode, work, again = true) {
  const db = await database();
  let running;
  try {
    running = db.transaction(names, mode, { durability: mode === 'readwrite' ? 'strict' : 'default' });
  } catch (error) {
    opened = null; // the connection was closed under us: once more with a new one
    if (again && error.name === 'InvalidStateError') return transaction(names, mode, work, false);
    throw error;
  }
  const finished = new Promise((resolve, reject) => {
    running.oncomplete = () => resolve(undefined);
    running.onabort = () => reject(running.error ?? new DOMException('aborted', 'AbortError'));
  });
  finished.catch(() => {});
  const stores = Object.fromEntries(names.map((name) => [name, table(running.objectStore(name))]));
  let result;
  try {
    result = await work(stores);
  } catch (error) {
    try { running.abort(); } catch { /* it has ended already */ }
    throw error;
  }
  await finished;
  return result;
}

export const read = (names, work) => transaction(names, 'readonly', work);
export const write = (names, work) => transaction(names, 'readwrite', work);

/** @param {string} store @param {any} key */
export const get = (store, key) => read([store], (stores) => stores[store].get(key));
/** @param {string} store */
export const all = (store) => read([store], (stores) => stores[store].all());
/** @param {string} store @param {any} value @param {any} [key] */
export const put = (store, value, key) => write([store], (stores) => stores[store].put(value, key));

/** Everything of this app on this phone, gone. */
export async function destroy() {
  (await database()).close();
  opened = null;
  await done(indexedDB.deleteDatabase(NAME));
}
