// Review by keyboard alone. Each key does what a link, a button or a summary on the page does too.

const stops = [...document.querySelectorAll('[data-stop]')];
const help = document.getElementById('keys');
const button = document.getElementById('keys-open');
const single = document.getElementById('keys-on');
const entries = new Map([...document.querySelectorAll('nav.list a')].map((each) => [each.hash.slice(1), each]));
let at = -1;

// single keys can be switched off, for who speaks to the machine (WCAG 2.1.4); on any page, so it is asked each time
const switchedOff = () => localStorage.getItem('keys') === 'off';

function explain() {
  single.checked = !switchedOff();
  help.showModal();
}

single?.addEventListener('change', () => localStorage.setItem('keys', single.checked ? 'on' : 'off'));
if (button) button.hidden = false;
button?.addEventListener('click', explain);

function show(number) {
  if (!stops[number]) return;
  at = number;
  stops[at].focus({ preventScroll: true });
  stops[at].scrollIntoView({ block: 'start' });
}

function mark(stop) {
  at = stops.indexOf(stop);
  for (const [code, entry] of entries) {
    if (code === stop.id) entry.setAttribute('aria-current', 'true');
    else entry.removeAttribute('aria-current');
  }
  const entry = entries.get(stop.id);
  const list = entry?.closest('nav');
  // the list follows by itself, and leaves the page where it is
  if (list) list.scrollTop = entry.offsetTop - list.offsetTop - list.clientHeight / 3;
}

document.addEventListener('focusin', (event) => {
  const stop = event.target.closest('[data-stop]');
  if (stop) mark(stop);
});

// where a link leads is where the keys go on; a code comes from the address, so nothing is read out of it
function follow() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const stop = target && target.closest('[data-stop]');
  if (stop) show(stops.indexOf(stop));
  if (target && !target.matches('[data-stop]')) photo(target);
}
addEventListener('hashchange', follow);

function photo(figure) {
  if (!figure || !figure.matches('.film figure')) return;
  figure.parentElement.scrollTo({ left: figure.offsetLeft - figure.parentElement.offsetLeft });
  (figure.querySelector('a') ?? figure.parentElement).focus({ preventScroll: true });
}

function photos() {
  return at < 0 ? [] : [...stops[at].querySelectorAll('.film figure')];
}

function turn(by) {
  const all = photos();
  const film = all[0]?.parentElement;
  if (!film) return false; // a table may want to be scrolled
  const now = Math.round(film.scrollLeft / film.clientWidth);
  photo(all[Math.min(Math.max(now + by, 0), all.length - 1)]);
}

function open(key) {
  const box = stops[at]?.querySelector(`details[data-key=${key}]`);
  if (!box) return;
  box.open = true;
  box.querySelector('select, input:not([type=hidden]), textarea').focus();
}

function decide(form) {
  const target = document.querySelector(`#${form} button:not([disabled])`) ?? document.getElementById('decision');
  target?.focus();
}

const keys = {
  j: () => show(Math.min(at + 1, stops.length - 1)),
  k: () => show(Math.max(at - 1, 0)),
  ArrowRight: () => turn(1),
  ArrowLeft: () => turn(-1),
  r: () => open('r'),
  d: () => open('d'),
  a: () => decide('approve'),
  b: () => decide('return'),
  '?': explain,
};
keys.ArrowDown = keys.j;
keys.ArrowUp = keys.k;

addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type=checkbox]), select, textarea');
  if (event.key === 'Escape' && typing && at >= 0 && !help?.open) return show(at);
  if (typing || help?.open || event.ctrlKey || event.metaKey || event.altKey || switchedOff()) return;
  const number = Number(event.key);
  const act = number ? () => photo(photos()[number - 1]) : keys[event.key];
  if (!act || !stops.length || act() === false) return;
  event.preventDefault();
});
follow();
