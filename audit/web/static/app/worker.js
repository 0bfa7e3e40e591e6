// The app without signal: its own files and nothing else. VERSION and SHELL stand above this line when it is served.

const worker = /** @type {any} */ (self);
const CACHE = `app-${worker.VERSION}`;

worker.addEventListener('install', (event) => {
  event.waitUntil(fill());
});

async function fill() {
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll(worker.SHELL.map((url) => new Request(url, { cache: 'reload', credentials: 'omit' })));
  } catch (error) {
    await caches.delete(CACHE);
    await tell('shell-failed');
    throw error;
  }
}

worker.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('app-') && name !== CACHE) await caches.delete(name);
    await worker.clients.claim();
  })());
});

// a new version waits until the page says that nothing is unsaved
worker.addEventListener('message', (event) => {
  if (event.data === 'take-over') event.waitUntil(worker.skipWaiting());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // whatever changes anything, and everything of the API, never passes through here
  if (request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith('/app/')) return;
  event.respondWith(request.mode === 'navigate' ? shown() : kept(request));
});

async function shown() {
  return (await (await caches.open(CACHE)).match('/app/')) ?? fetch('/app/');
}

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function tell(what) {
  for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) client.postMessage(what);
}
