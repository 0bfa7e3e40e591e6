"""Browsers and phones that behave badly: put into a page, or asked of a module of the app."""

FILES_GO = """() => {
  const read = Blob.prototype.arrayBuffer;
  let gone = false;
  addEventListener('change', () => { gone = true; });
  Blob.prototype.arrayBuffer = function () {
    if (gone && this instanceof File) return Promise.reject(new DOMException('it is gone', 'NotReadableError'));
    return read.call(this);
  };
  const draw = window.createImageBitmap;
  window.createImageBitmap = async (from, ...more) => {
    if (from instanceof File) throw new DOMException('it is gone');
    return draw(from, ...more);
  };
}"""
SPY_ON_TRANSACTIONS = """() => {
  const was = IDBDatabase.prototype.transaction;
  window.seen = [];
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    seen.push({ names: [names].flat().sort(), mode, durability: options?.durability });
    return was.call(this, names, mode, options);
  };
}"""
EVERYTHING_WRITTEN_THEN_ABORTED = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    const request = put.apply(this, given);
    const { transaction } = this;
    const last = this.name === 'visits' && transaction.objectStoreNames.contains('bytes');
    if (last) request.addEventListener('success', () => transaction.abort());
    return request;
  };
}"""
SPY_ON_PUT = """() => {
  const put = IDBObjectStore.prototype.put;
  window.written = [];
  const kinds = [ArrayBuffer, Blob, Uint8Array];
  const isBytes = (each) => kinds.some((kind) => each instanceof kind);
  const binary = (value) => [value, ...Object.values(value ?? {})].some(isBytes);
  IDBObjectStore.prototype.put = function (value, ...more) {
    written.push({ store: this.name, size: JSON.stringify(value).length, binary: binary(value) });
    return put.call(this, value, ...more);
  };
}"""
KINDS = """async (db) => {
  const kinds = async (store) => (await db.all(store)).map((each) => each.constructor.name);
  const values = (await db.all('photos')).flatMap(Object.values);
  const blobs = values.filter((each) => each instanceof Blob || each instanceof ArrayBuffer);
  return { bytes: await kinds('bytes'), thumbs: await kinds('thumbs'), photos: blobs };
}"""
CATCH_THE_CONNECTION = """() => {
  const was = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...given) {
    window.connection = this;
    return was.apply(this, given);
  };
}"""
CONNECTIONS = {
    "close": "connection.close()",
    # as WebKit does it: told once, and every use fails with an error of its own
    "lose": """() => {
      connection.close();
      const lost = new DOMException('Connection to Indexed Database server lost', 'UnknownError');
      connection.transaction = () => { throw lost; };
      connection.dispatchEvent(new Event('close'));
    }""",
}
NO_ROOM = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...more) {
    if (this.name === 'bytes') throw new DOMException('no room', 'QuotaExceededError');
    return put.call(this, value, ...more);
  };
}"""
PERSISTENCE = """(kept) => {
  window.asked = 0;
  StorageManager.prototype.persist = async () => { asked += 1; return kept; };
  StorageManager.prototype.persisted = async () => kept;
}"""
# the browser's own list of what was fetched; kicked, or it would wait for the phone's own pauses
ASKED = """(queue, url) => {
  queue.kick();
  return performance.getEntriesByName(url).length > 0;
}"""
FREE = """async (photos, [days, left]) => {
  const [photo] = await photos.mine();
  await photos.free(Date.parse(photo.proof.at) + days * 24 * 3600e3, left);
}"""
A_NEW_VERSION_WAITS = """() => {
  window.taken_over = 0;
  const waiting = { postMessage: () => { taken_over += 1; } };
  ServiceWorkerContainer.prototype.getRegistration = async () => ({ active: {}, waiting, update: async () => {} });
}"""
