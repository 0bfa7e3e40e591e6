// What a visit is made of, and what it still lacks. Pure: values in, values out.

/**
 * An answer as it is on the phone. Numbers are text, as typed, until they are sent.
 * @typedef {{value?: string, n?: string, m?: string, yes?: boolean, choice?: string, not_applicable?: string,
 *   photos?: string[], note?: string, flag?: string, certain?: boolean}} Answer
 * @typedef {{id: string, account: string, state: 'draft'|'queued'|'sent', round: string, edition: string,
 *   baseline: number | null, kind: string, revision: number, started_at: string, finished_at?: string,
 *   centre: any, traits: string[], lists?: Record<string, number>, fix: any, no_fix_reason?: string, team: string[], answers: Record<string, Answer>,
 *   at?: string, saved_at?: string, outbox?: any, last?: any, asked?: string[], receipt?: any, problem?: any, next_at?: number, tries?: number,
 *   reasons?: Record<string, string>, came?: Record<string, Answer>, unlocked?: string[], comment?: string, older?: string[], conflict?: any}} Visit
 * @typedef {{code: string, dimension: string, text: any, answer: string, unit?: string, of?: number, sample?: number,
 *   photos: number, photos_when?: string, photo_hint?: any, plausible?: [any, any], not_applicable?: string,
 *   choices?: any[], standard?: any, meets_from?: string, methods?: string[], remedy?: any, extra?: boolean}} Item
 */

const LARGEST = 1e9;
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text as the server takes it: nothing that cannot be seen. @param {string} text */
const lines = (text) => text.replaceAll('\t', ' ').replace(UNSEEN, '').trim();
const line = (text) => lines(text.replace(/\s+/g, ' '));

/** The number that an exact text such as "0.5" or "12/20" stands for. @param {any} text */
export function number(text) {
  const [over, under] = String(text).split('/');
  return under === undefined ? Number(over) : Number(over) / Number(under);
}

/** What somebody typed as a number; null for what is none. Fullwidth digits are digits. @param {string | undefined} text */
export function typed(text) {
  const whole = (text ?? '').normalize('NFKC').trim();
  const plain = /^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(whole) ? whole.replaceAll(',', '') : whole.replace(',', '.'); // 1,200 is no 1.2
  return /^\d{1,9}(\.\d{1,4})?$/.test(plain) ? Number(plain) : null;
}

/** Items and extras of an edition in their sections, in order. @returns {Array<{code: string, zh: string, en: string, items: Item[]}>} */
export function sections(edition) {
  const extras = [...(edition.bonus ?? []), ...(edition.deductions ?? [])].map((each) => ({ ...each, extra: true }));
  const found = edition.dimensions.map((each) => ({
    ...each, items: edition.items.filter((item) => item.dimension === each.code),
  }));
  return extras.length ? [...found, { code: 'extra', zh: '加分与扣分', en: 'Bonus and deductions', items: extras }] : found;
}

/** @returns {Item[]} */
export const items = (edition) => sections(edition).flatMap((each) => each.items);

/** m by item as a round's lists say it for a centre: its township's own before its county's. @param {any[]} issued @param {any} centre */
export const listed = (edition, issued, centre) =>
  Object.fromEntries([centre.county_code, centre.township_code].flatMap((code) => issued.filter((each) => each.division === code && items(edition).some((item) => item.code === each.item)).map(({ item, m }) => [item, m])));

/** Whether the item may be called not applicable at a centre with these traits. @param {Item} item @param {string[]} traits */
export function mayNotApply(item, traits) {
  const rule = item.not_applicable ?? 'never';
  return rule === 'with_reason' || (rule.startsWith('outside:') && !traits.includes(rule.slice(8)));
}

/** Whether there is an answer at all. @param {Answer | undefined} answer */
export const given = (answer) =>
  Boolean(answer) && (answer.not_applicable !== undefined || answer.yes !== undefined || answer.choice !== undefined
    || Boolean(answer.value) || Boolean(answer.n)); // m alone is none: an issued list may have said it

/** How many photos the answer must bring. @param {Item} item @param {Answer | undefined} answer */
export function photosWanted(item, answer) {
  if (answer?.not_applicable !== undefined) return 0;
  if (item.extra) return answer?.yes || typed(answer?.value) ? item.photos : 0;
  return item.photos_when !== 'claimed' || claims(item, answer) ? item.photos : 0;
}

function claims(item, answer) {
  if (item.answer === 'yes_no') return answer?.yes === true;
  if (item.answer === 'choice') return number(item.choices.find((each) => each.code === answer?.choice)?.credit ?? 0) > 0;
  return (typed(item.answer === 'share' ? answer?.n : answer?.value) ?? 0) > 0;
}

/**
 * What is wrong with an answer: the key of a sentence, or null. `blocks` says that it cannot be sent so.
 * @param {Item} item @param {Answer | undefined} answer @returns {{key: string, blocks: boolean, values?: any} | null}
 */
export function fault(item, answer) {
  const wrong = (key, values = {}) => ({ key, blocks: true, values });
  if (!given(answer)) return item.extra && !answer?.photos?.length && !answer?.note?.trim() && !answer?.flag ? null : wrong('fault.unanswered');
  if (answer.not_applicable !== undefined) return line(answer.not_applicable) ? null : wrong('fault.no-reason');
  return (item.answer === 'share' ? shareFault(item, answer, wrong) : numberFault(item, answer, wrong)) ?? photoFault(item, answer);
}

function numberFault(item, answer, wrong) {
  if (item.answer !== 'measure' && item.answer !== 'count') return null;
  const value = typed(answer.value);
  if (value === null || value > LARGEST) return wrong('fault.no-number');
  if (item.answer === 'count' && !Number.isInteger(value)) return wrong('fault.not-whole');
  if (!item.plausible || answer.certain) return null;
  const [low, high] = item.plausible.map(number);
  return value < low || value > high ? wrong('fault.unusual', { low, high }) : null;
}

function shareFault(item, answer, wrong) {
  const n = typed(answer.n), m = item.of ?? typed(answer.m);
  if (n === null || m === null) return wrong('fault.no-number');
  if (!Number.isInteger(n) || !Number.isInteger(m)) return wrong('fault.not-whole');
  if (n > m) return wrong('fault.n-above-m');
  return item.sample && m > item.sample ? wrong('fault.sample', { sample: item.sample }) : null;
}

function photoFault(item, answer) {
  const lacking = photosWanted(item, answer) - (answer.photos?.length ?? 0);
  return lacking > 0 ? { key: 'fault.photos', blocks: false, values: { lacking } } : null;
}

/** n of m done, and the photos that lack, per section. @param {any} edition @param {Visit} visit */
export function progress(edition, visit) {
  return sections(edition).map((section) => {
    const faults = section.items.map((item) => fault(item, visit.answers[item.code]));
    const counted = section.items.filter((item) => !item.extra || given(visit.answers[item.code]));
    return {
      ...section, m: counted.length,
      n: section.items.filter((item, index) => counted.includes(item) && !faults[index]?.blocks).length,
      photos: faults.reduce((sum, each) => sum + (each && !each.blocks ? each.values.lacking : 0), 0),
    };
  });
}

/** Everything that a visit lacks, in order. @returns {Array<{item: Item, key: string, blocks: boolean, values?: any}>} */
export const lacking = (edition, visit) =>
  items(edition).flatMap((item) => {
    const found = fault(item, visit.answers[item.code]);
    return found ? [{ item, ...found }] : [];
  });

/** Photos that prove two items at once. @param {Visit} visit @returns {Array<{digest: string, items: string[]}>} */
export function usedTwice(visit) {
  /** @type {Map<string, string[]>} */
  const uses = new Map();
  for (const [code, answer] of Object.entries(visit.answers)) {
    for (const digest of answer.photos ?? []) uses.set(digest, [...(uses.get(digest) ?? []), code]);
  }
  return [...uses].filter(([, codes]) => codes.length > 1).map(([digest, codes]) => ({ digest, items: codes }));
}

/** The digests of all photos of a visit. @param {Visit} visit */
export const photosOf = (visit) => [...new Set(Object.values(visit.answers).flatMap((answer) => answer.photos ?? []))];

/** Whether nobody but this phone can know of a visit. @param {Visit} visit */
export const isOwn = (visit) => visit.state === 'draft' && visit.revision === 1 && !visit.asked;

const FORM = ['value', 'n', 'm', 'yes', 'choice', 'not_applicable'];

/** An answer as the server takes it. @param {Item} item @param {Answer} answer */
function wire(item, answer) {
  const sent = /** @type {any} */ ({ item: item.code });
  if (answer.not_applicable !== undefined) sent.not_applicable = line(answer.not_applicable);
  else if (item.answer === 'share') Object.assign(sent, { n: typed(answer.n), m: item.of ?? typed(answer.m) });
  else if (item.answer === 'yes_no') sent.yes = answer.yes;
  else if (item.answer === 'choice') sent.choice = answer.choice;
  else sent.value = typed(answer.value);
  if (answer.photos?.length) sent.photos = answer.photos;
  if (lines(answer.note ?? '')) sent.note = lines(answer.note);
  if (answer.flag) sent.flag = answer.flag;
  return sent;
}

/** An answer of the server's, as it is on the phone. @param {any} sent @returns {Answer} */
export function unwire(sent) {
  const answer = /** @type {any} */ ({});
  for (const key of FORM) {
    if (key in sent) answer[key] = typeof sent[key] === 'number' ? String(sent[key]) : sent[key];
  }
  for (const key of ['photos', 'note', 'flag']) if (sent[key]) answer[key] = sent[key];
  return { ...answer, certain: true };
}

/** What is sent to the server. @param {any} edition @param {Visit} visit @param {Map<string, any>} photos records by digest @param {string} finished */
export function body(edition, visit, photos, finished) {
  const answers = items(edition).filter((item) => given(visit.answers[item.code]))
    .map((item) => wire(item, visit.answers[item.code]));
  const told = [...new Set(answers.flatMap((each) => each.photos ?? []))].map((digest) => photos.get(digest)).filter((each) => each?.taken_at)
    .map(({ digest, taken_at, source, fix, fix_after }) => ({
      digest, taken_at, source, fix: fix ?? null, ...(fix_after && { fix_after }),
    }));
  return {
    revision: visit.revision, round: visit.round, centre: visit.centre.id, edition: visit.edition, kind: visit.kind,
    started_at: visit.started_at, finished_at: finished, fix: visit.fix ?? null, team: visit.team,
    ...(line(visit.no_fix_reason ?? '') && { no_fix_reason: line(visit.no_fix_reason) }), answers, photos: told,
  };
}

/** Whether two answers tell the server the same, photos apart. @param {Item} item @param {Answer | undefined} one @param {Answer | undefined} other */
export const same = (item, one, other) => {
  const plain = (answer) => (given(answer) ? JSON.stringify({ ...wire(item, answer), photos: undefined }) : '');
  return plain(one) === plain(other);
};

/**
 * Two versions of a visit's answers: per item the one that was chosen; photos of both, always.
 * @param {Record<string, Answer>} mine @param {Record<string, Answer>} theirs @param {Record<string, 'mine'|'theirs'>} chosen
 */
export function merged(mine, theirs, chosen) {
  const codes = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  return Object.fromEntries(codes.map((code) => {
    const kept = (chosen[code] === 'mine' ? mine[code] : theirs[code]) ?? mine[code] ?? theirs[code];
    const photos = [...new Set([...(theirs[code]?.photos ?? []), ...(mine[code]?.photos ?? [])])];
    return [code, photos.length ? { ...kept, photos } : kept];
  }));
}

const EARTH = 6371008.8;
const RAD = Math.PI / 180;

/** Metres between two points, on a ball: good to 0.5 %. */
export function metres(one, other) {
  const a = Math.sin(((other.lat - one.lat) * RAD) / 2) ** 2
    + Math.cos(one.lat * RAD) * Math.cos(other.lat * RAD) * Math.sin(((other.lon - one.lon) * RAD) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(a));
}

/** inside, outside, or null where the fix or the point cannot tell. @param {any} fix @param {any} point */
export function place(fix, point, radius = 300) {
  if (!fix || !point) return { verdict: null, metres: null };
  const away = metres(fix, point);
  if (fix.accuracy_m > radius) return { verdict: null, metres: away };
  return { verdict: away - fix.accuracy_m <= radius ? 'inside' : 'outside', metres: away };
}
