// What makes pages quicker to use. Each works without it.

// a form goes out once, however often it is clicked
addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
});
// the way back finds a form that can be sent again
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((each) => delete each.dataset.sent));

// from a refusal back to the form as it was filled in
for (const each of document.querySelectorAll('[data-back]')) each.addEventListener('click', (event) => { event.preventDefault(); history.back(); });

// what filters a list does so when it is chosen
for (const each of document.querySelectorAll('form.filter select[data-at-once]')) each.addEventListener('change', () => each.form.requestSubmit());

// photos side by side are enlarged together, and show the same part of each: by the pointer, or by the arrow keys
for (const group of document.querySelectorAll('[data-beside]')) {
  const pictures = [...group.querySelectorAll('img')];
  if (pictures.length < 2) continue;
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: group.dataset.beside, ariaPressed: 'false' });
  let spot = [50, 50];
  const look = (x, y) => {
    spot = [x, y].map((each) => Math.min(100, Math.max(0, each)));
    for (const each of pictures) each.style.transformOrigin = `${spot[0]}% ${spot[1]}%`;
  };
  button.addEventListener('click', () => {
    button.ariaPressed = group.classList.toggle('zoomed');
    for (const each of pictures) each.src = each.dataset.large;
  });
  button.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key];
    if (!step || !group.classList.contains('zoomed')) return;
    event.preventDefault();
    look(spot[0] + step[0], spot[1] + step[1]);
  });
  group.addEventListener('pointermove', (event) => {
    const frame = event.target.closest('figure > a')?.getBoundingClientRect();
    if (frame && group.classList.contains('zoomed')) look(100 * (event.clientX - frame.left) / frame.width, 100 * (event.clientY - frame.top) / frame.height);
  });
  group.before(button);
}
