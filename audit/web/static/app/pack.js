// What a day without signal needs: rounds, standards, the demonstration site's values and pictures, centres, one's own visits.

import { get, put, read, write } from './db.js';
import { tell } from './bus.js';
import { iso, Refused } from './net.js';
import { authorised } from './session.js';

const STALE = 10 * 60e3;
const DAY = 24 * 3600e3;
const PAGE = 500;
let fetched = 0;

const json = async (path) => (await authorised('GET', path)).json();

/** All pages of a list. @param {string} path */
async function pages(path) {
  const found = [];
  for (let page = 1; ; page += 1) {
    const answer = await authorised('GET', `${path}${path.includes('?') ? '&' : '?'}page_size=${PAGE}&page=${page}`);
    found.push(...(await answer.json()));
    if (found.length >= Number(answer.headers.get('X-Total-Count'))) return found;
  }
}

/** What is known: rounds, centres, own visits, since when; and which levels could be checked without signal. */
export const known = () =>
  read(['keep', 'editions', 'baselines', 'examples'], async (stores) => {
    const { keep } = stores;
    const rounds = (await keep.get('rounds')) ?? [];
    const ready = /** @type {Record<string, boolean>} */ ({});
    for (const round of rounds) for (const level of round.levels) ready[`${round.code} ${level.level}`] = await isHere(level, stores);
    return {
      rounds, ready, centres: (await keep.get('centres')) ?? [], traits: (await keep.get('traits')) ?? {},
      mine: (await keep.get('mine')) ?? [], plans: (await keep.get('plans')) ?? [], at: await keep.get('fetched_at'),
    };
  });

/** Whether the edition of a level, its baseline and all pictures of it are on the phone. */
async function isHere(level, { editions, baselines, examples }) {
  if (!(await editions.get(level.edition))) return false;
  if (!level.baseline) return true;
  const baseline = await baselines.get(level.baseline);
  const held = baseline && new Set(await examples.keys());
  return Boolean(baseline) && baseline.photos.every((each) => held.has(each.digest));
}

/** Fetch anew what is older than some minutes; `all` fetches it in any case. */
export async function refresh(anyway = false) {
  if (!anyway && Date.now() - fetched < STALE) return;
  const rounds = (await json('/api/v1/rounds?state=open')).sort((one, other) => other.opens_on.localeCompare(one.opens_on));
  await put('keep', rounds, 'rounds');
  await own();
  await ahead(rounds);
  await centres(anyway);
  tell('pack');
  for (const round of rounds) for (const level of round.levels) await whole(level);
  await put('keep', iso(), 'fetched_at');
  fetched = Date.now();
  tell('pack');
}

/** Own visits, as the server has them. */
async function own() {
  const list = await pages('/api/v1/inspections?mine=true');
  const details = [];
  for (const each of list.filter((one) => one.state === 'returned')) details.push(await json(`/api/v1/inspections/${each.id}`));
  const byId = new Map(details.map((each) => [each.id, each]));
  await put('keep', list.map((each) => byId.get(each.id) ?? each), 'mine');
  await write(['visits'], async ({ visits }) => {
    for (const each of list) {
      const standing = await visits.get(each.id);
      if (standing?.state === 'sent' && standing.receipt) await visits.put({ ...standing, receipt: { ...standing.receipt, state: each.state } });
    }
  });
}

/** What the rounds have ready: the m of issued lists, and the visits that are planned for who is signed in. */
async function ahead(rounds) {
  const issued = {}, plans = [];
  for (const { code } of rounds) {
    issued[code] = (await pages(`/api/v1/rounds/${code}/lists`)).map(({ division, item, m }) => ({ division: division.code, item, m }));
    plans.push(...(await pages(`/api/v1/rounds/${code}/plans?mine=true&state=planned`)));
  }
  await Promise.all([put('keep', issued, 'issued'), put('keep', plans, 'plans')]);
}

/** The edition of a level, its baseline and the pictures that show how it should look. */
async function whole(level) {
  if (!(await get('editions', level.edition))) await put('editions', await json(`/api/v1/checklists/${level.edition}`));
  if (!level.baseline) return;
  let standing = await get('baselines', level.baseline);
  if (!standing) {
    standing = { ...(await json(`/api/v1/baselines/${level.baseline}`)), photos: await json(`/api/v1/baselines/${level.baseline}/photos`) };
    await put('baselines', standing);
  }
  for (const { digest } of standing.photos) await example(level.baseline, digest);
}

/** A picture of the demonstration site; kept, and asked for no second time. */
async function example(baseline, digest) {
  if (await get('examples', digest)) return;
  try {
    const bytes = await (await authorised('GET', `/api/v1/baselines/${baseline}/photos/${digest}?size=320`)).bytes();
    await put('examples', bytes, digest);
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401 || error.retry === 'later') throw error;
    await put('examples', new ArrayBuffer(0), digest); // there is none to wait for
  }
}

/** They change seldom, and are many. */
async function centres(anyway) {
  if (!anyway && Date.now() - Date.parse((await get('keep', 'centres_at')) ?? 0) < DAY) return;
  const counties = await pages('/api/v1/divisions?level=county');
  await put('keep', Object.fromEntries(counties.map((each) => [each.code, each.traits])), 'traits');
  const found = await pages('/api/v1/centres');
  const plain = ({ id, name, level, tier, demonstration, county, township, point }) => ({
    id, name, level, tier, demonstration, county: county.name, county_code: county.code, township: township.name, township_code: township.code,
    point: point && { lat: point.lat, lon: point.lon, confidence: point.confidence },
  });
  await put('keep', found.map(plain), 'centres');
  await put('keep', iso(), 'centres_at');
}
