// Visits on the phone: begun, answered, handed in, returned, in conflict. Every change is read, made and written in one go.

import { all, get, read, write } from './db.js';
import { tell } from './bus.js';
import { iso } from './net.js';
import * as model from './model.js';
import { account } from './session.js';

/** @typedef {import('./model.js').Visit} Visit */

/** The visits of who is signed in, the newest first. @returns {Promise<Visit[]>} */
export async function mine() {
  const name = account()?.name;
  return (await all('visits')).filter((each) => each.account === name)
    .sort((one, other) => other.started_at.localeCompare(one.started_at));
}

/** @param {string} id @returns {Promise<Visit | undefined>} */
export const find = (id) => get('visits', id);

/** A visit with its edition. @param {string} id */
export const whole = (id) =>
  read(['visits', 'editions'], async ({ visits, editions }) => {
    const visit = await visits.get(id);
    return { visit, edition: visit && (await editions.get(visit.edition))?.content };
  });

/** Begin a visit to a centre in a round; the m of issued lists is filled in. @param {any} centre @param {any} round @param {string} kind @param {string[]} traits */
export async function begin(centre, round, kind, traits) {
  const level = round.levels.find((each) => each.level === centre.level);
  const edition = await get('editions', level.edition);
  const lists = edition ? model.listed(edition.content, (await get('keep', 'issued'))?.[round.code] ?? [], centre) : {};
  /** @type {Visit} */
  const visit = {
    id: crypto.randomUUID(), account: account().name, state: 'draft', round: round.code, edition: level.edition,
    baseline: level.baseline, kind, revision: 1, started_at: iso(), centre, traits, lists, fix: null, team: [],
    answers: Object.fromEntries(Object.entries(lists).map(([code, m]) => [code, { m: String(m) }])),
  };
  await write(['visits'], ({ visits }) => visits.put(visit));
  tell('visits');
  return visit;
}

/**
 * Change a visit; what `make` does is done to what is on the disk at that moment, so that no two writers lose anything.
 * @param {string} id @param {(visit: Visit) => any} make @returns {Promise<Visit>}
 */
export async function change(id, make) {
  const changed = await write(['visits'], async ({ visits }) => {
    const visit = await visits.get(id);
    if (make(visit) === false) return visit; // nothing was changed, and nothing is said to be saved
    visit.saved_at = iso();
    await visits.put(visit);
    return visit;
  });
  tell('visits');
  return changed;
}

/** Change the answer to one item. @param {string} id @param {string} code @param {(answer: model.Answer) => void} make */
export const answer = (id, code, make) =>
  change(id, (visit) => {
    if (visit.state !== 'draft') return false;
    visit.answers[code] ??= {};
    visit.at = code;
    make(visit.answers[code]);
    return true;
  });

/** Hand a visit in: what will be sent is fixed from here on, so that it can be sent again and again. @param {string} id */
export async function handIn(id) {
  const finished = iso();
  await write(['visits', 'photos', 'editions'], async ({ visits, photos, editions }) => {
    const visit = await visits.get(id);
    const edition = (await editions.get(visit.edition)).content;
    if (visit.state !== 'draft' || model.lacking(edition, visit).some((each) => each.blocks)) return;
    const records = new Map();
    for (const digest of model.photosOf(visit)) records.set(digest, await photos.get(digest));
    visit.finished_at = finished < visit.started_at ? visit.started_at : finished;
    // handed in again as it was, it is the very same: the server may have it, though its answer was lost
    const again = visit.last && model.body(edition, visit, records, visit.last.finished_at);
    const same = again && JSON.stringify(again) === JSON.stringify(visit.last);
    visit.outbox = same ? again : model.body(edition, visit, records, visit.finished_at);
    Object.assign(visit, { state: 'queued', problem: null, tries: 0, next_at: 0 });
    await visits.put(visit);
  });
  tell('visits');
  tell('work');
}

/** The server is about to be asked to take a visit: from now on it may have it, whatever becomes of the answer. @param {string} id @returns {Promise<Visit>} */
export const asking = (id) =>
  change(id, (visit) => {
    if (visit.state === 'queued') visit.asked = [...new Set([...(visit.asked ?? []), ...model.photosOf(visit)])];
  });

/** Take a visit that has not been sent back, to go on with it. @param {string} id */
export const takeBack = (id) =>
  change(id, (visit) => {
    if (visit.state === 'queued') Object.assign(visit, { state: 'draft', last: visit.outbox, outbox: null }); // what was wrong with it is still to be mended
  });

/** The receipt came: the visit is the server's. Unless it was taken back while it was under way: then that stands. @param {string} id @param {any} outbox what was sent @param {any} receipt */
export const received = (id, outbox, receipt) =>
  change(id, (visit) => {
    if (visit.state !== 'queued' || JSON.stringify(visit.outbox) !== JSON.stringify(outbox)) return;
    Object.assign(visit, { state: 'sent', receipt, problem: null, conflict: null });
  });

/** How far a visit has come at the server. @param {string} id @param {string} state */
export const came = (id, state) =>
  change(id, (visit) => {
    if (visit.state === 'sent' && visit.receipt) visit.receipt = { ...visit.receipt, state };
  });

/**
 * The server has a visit and waits for photos that it can make nothing of: open the visit again to take others.
 * @param {string} id @param {(problem: any) => string} say what is wrong with a photo, in words
 */
export async function mend(id, say) {
  await write(['visits', 'photos'], async ({ visits, photos }) => {
    const visit = await visits.get(id);
    if (visit?.state !== 'sent') return;
    const reasons = {}, older = [];
    for (const [code, answer] of Object.entries(visit.answers)) {
      for (const digest of answer.photos ?? []) {
        const photo = await photos.get(digest);
        if (photo?.state === 'rejected') reasons[code] = say(photo.problem ?? {});
        else older.push(digest);
      }
    }
    if (!Object.keys(reasons).length) return;
    await visits.put({ ...visit, state: 'draft', revision: visit.revision + 1, outbox: null, last: null, problem: null, reasons, came: visit.answers, at: Object.keys(reasons)[0], older, unlocked: [], comment: '' });
  });
  tell('visits');
}

/**
 * A visit was returned: open it again, with the reviewer's reasons. Photos of the visit stay, whatever is added.
 * @param {any} detail what the server says of it @param {any} round @param {any} centre @param {string[]} traits
 */
export async function reopen(detail, round, centre, traits) {
  const review = detail.reviews.at(-1);
  const fromServer = Object.fromEntries(detail.answers.map((each) => [each.item, model.unwire(each)]));
  await write(['visits', 'photos'], async ({ visits, photos }) => {
    const standing = await visits.get(detail.id);
    if (standing && (standing.state !== 'sent' || standing.revision > detail.revision)) return; // being worked on already
    for (const told of detail.photos) {
      if (!(await photos.get(told.digest))) await photos.put({ ...told, state: 'accepted', remote: detail.id, account: account().name });
    }
    const level = round.levels.find((each) => each.level === centre.level);
    await visits.put({
      ...(standing ?? { account: account().name, team: [] }),
      id: detail.id, state: 'draft', round: detail.round, edition: detail.edition, baseline: level?.baseline ?? null,
      kind: detail.kind, revision: detail.revision + 1, started_at: detail.started_at, centre, traits, fix: detail.fix,
      answers: fromServer, came: fromServer, at: review.reasons[0]?.item, unlocked: [], older: model.photosOf(/** @type {any} */ ({ answers: fromServer })), outbox: null, problem: null,
      reasons: Object.fromEntries(review.reasons.map((each) => [each.item, each.reason])), comment: review.comment,
    });
  });
  tell('visits');
}

/** The server has other content under this revision: show both. @param {string} id @param {any} detail */
export const collide = (id, detail) =>
  change(id, (visit) => {
    visit.conflict = {
      state: detail.state, revision: detail.revision,
      answers: Object.fromEntries(detail.answers.map((each) => [each.item, model.unwire(each)])),
    };
  });

/** States at the server in which a visit takes another revision. */
export const OPEN = ['returned', 'waiting'];

/**
 * End a conflict with what was chosen per item. The server keeps its version: what was chosen goes on as the next
 * revision where one is taken, otherwise as a visit of its own. Photos of both stay.
 * @param {string} id @param {Record<string, 'mine'|'theirs'>} chosen @returns {Promise<string>} the id to go on with
 */
export async function settle(id, chosen) {
  const kept = await write(['visits'], async ({ visits }) => {
    const visit = await visits.get(id);
    const { state, revision, answers } = visit.conflict;
    const merged = model.merged(visit.answers, answers, chosen);
    const next = { ...visit, answers: merged, state: 'draft', outbox: null, last: null, problem: null, conflict: null };
    if (OPEN.includes(state)) {
      await visits.put({ ...next, revision: revision + 1 });
      return id;
    }
    const own = { ...next, id: crypto.randomUUID(), revision: 1, asked: undefined, reasons: undefined, came: undefined, older: undefined };
    await visits.put(own);
    await visits.put({ ...visit, answers, state: 'sent', revision, outbox: null, problem: null, conflict: null });
    return own.id;
  });
  tell('visits');
  return kept;
}

/**
 * Give the server's version the whole say. Photos that only this phone has go to it as its next revision where one is
 * taken: then there is something to hand in. @param {string} id @returns {Promise<boolean>} whether there is
 */
export async function yieldTo(id) {
  const { answers, conflict } = await find(id);
  const theirs = model.photosOf(/** @type {any} */ ({ answers: conflict.answers }));
  if (OPEN.includes(conflict.state) && model.photosOf(/** @type {any} */ ({ answers })).some((each) => !theirs.includes(each))) {
    await settle(id, {});
    return true;
  }
  await change(id, (visit) => {
    const { state, revision } = visit.conflict;
    Object.assign(visit, { answers: model.merged(visit.answers, visit.conflict.answers, {}), state: 'sent', receipt: { state }, revision, outbox: null, problem: null, conflict: null });
  });
  return false;
}

/** Throw a draft away that was never sent; its photos go when nothing else names them. @param {string} id */
export async function discard(id) {
  await write(['visits', 'photos', 'bytes', 'thumbs'], async ({ visits, photos, bytes, thumbs }) => {
    const visit = await visits.get(id);
    if (!visit || !model.isOwn(visit)) return;
    await visits.delete(id);
    const others = new Set((await visits.all()).flatMap(model.photosOf));
    for (const digest of model.photosOf(visit).filter((each) => !others.has(each))) {
      await Promise.all([photos.delete(digest), bytes.delete(digest), thumbs.delete(digest)]);
    }
  });
  tell('visits');
}
