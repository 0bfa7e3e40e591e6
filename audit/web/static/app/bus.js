// Who changed what, told to whoever shows it; in the other tabs too.

const here = new EventTarget();
const others = 'BroadcastChannel' in self ? new BroadcastChannel('audit') : null;
others?.addEventListener('message', (event) => here.dispatchEvent(new CustomEvent(event.data, { detail: 'elsewhere' })));

/** @param {'visits'|'photos'|'work'|'sync'|'session'|'pack'|'update'} what */
export function tell(what) {
  here.dispatchEvent(new CustomEvent(what));
  others?.postMessage(what);
}

/**
 * Listens, until `signal` says that it is enough; the event's `detail` is 'elsewhere' when another tab told it.
 * @param {string} what @param {(event: CustomEvent) => any} listener @param {AbortSignal} [signal]
 */
export const hear = (what, listener, signal) => here.addEventListener(what, listener, { signal });
