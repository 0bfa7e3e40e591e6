// What makes pages quicker to use. Each works without it.

// a form goes out once, however often it is clicked
addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
});
// the way back finds a form that can be sent again
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((each) => delete each.dataset.sent));

// what filters a list does so when it is chosen
for (const each of document.querySelectorAll('form.filter select[data-at-once]')) each.addEventListener('change', () => each.form.requestSubmit());
