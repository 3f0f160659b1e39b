import {
  namesMissing,
  namesNew,
  nearUnknown,
  scopeNotWritten,
  tokenElsewhere,
} from '../../messages.ts';
import { layoutFields, layoutNames } from '../../layout/layout.ts';
import type { SinkRecord } from '../../ledger/state.ts';
import type { Neighbour } from '../../contracts/sink.ts';
import { inStep } from '../../machine/due.ts';
import { elsewhere, isElsewhere, type Contact } from './elsewhere.ts';
import { proposal } from './fitting.ts';
import { forEachLimited, sinksAtOnce } from './pool.ts';
import { asKeyturnError, type Run } from './run.ts';

/** Of what is not looked around nothing is known, so that the token is kept. */
const MOST_LOOKED_AT = 20;

/** The names of the rotation that each sink has, for sinks that told. */
export type Present = ReadonlyMap<string, readonly string[]>;

/** Keyturn itself wrote there, under these names; it may have been killed in the middle. */
export function wasWritten(record: SinkRecord | undefined): boolean {
  if (record === undefined) return false;
  const { sent, outdated, receipt, unanswered } = record;
  if (sent === true) return true;
  return outdated !== true && (receipt !== undefined || unanswered.length > 0);
}

const NOTHING: Contact = { keys: [], warnings: new Set() };

type Look = Promise<readonly Neighbour[] | undefined>;

/** What was looked at beside the checks, by sink. */
export type Looks = ReadonlyMap<string, Look>;

/** Looks around the sinks that the run meets for the first time, beside its checks. Resolves once every look has ended. */
export async function lookAhead(run: Run): Promise<Looks> {
  const { intent, ledger, request } = run;
  const token = ledger.state.current ?? request.replaces;
  const looks = new Map<string, Look>();
  if (token === undefined || request.allowMissingNames === true || wasIssued(run, token))
    return looks;
  const ids = intent.selected.filter((id) => !wasWritten(ledger.state.sinks.get(id)));
  await forEachLimited(ids.slice(0, MOST_LOOKED_AT), sinksAtOnce(run.runtime), async (id) => {
    const look = lookNear(run, id, token);
    looks.set(id, look);
    // It only counts if the sink itself is in order.
    await look.catch(() => {});
  });
  return looks;
}

function wasIssued({ ledger }: Run, token: string): boolean {
  return ledger.state.tokens.get(token)?.askedAt !== undefined;
}

/**
 * Before keyturn writes to a sink for the first time, it looks whether the names fit what is there: a job whose id is read under
 * another name fails from the first write on. Where all of them are there, nothing waits for what is near: `later` is only needed
 * before the first write.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for a sink that has some of the names
 */
export async function firstContact(
  run: Run,
  token: string | undefined,
  present: Present,
  looks: Promise<Looks>,
): Promise<Contact & { readonly later?: Promise<Contact> }> {
  const { request, ledger } = run;
  if (token !== undefined && wasIssued(run, token)) return NOTHING;
  const told = run.intent.selected.flatMap((id) => {
    const found = present.get(id);
    return found === undefined || wasWritten(ledger.state.sinks.get(id))
      ? []
      : [[id, found] as const];
  });
  const nowhere = told.every(([, found]) => found.length === 0);
  const halves = told.filter(([id, found]) => isHalf(run, id, found)).map(([id]) => id);
  const missing = told.filter(([, found]) => found.length === 0).map(([id]) => id);
  const fresh = (nowhere ? [] : missing).map((id) => namesNew(id, layoutNames(run.layout(id))));
  const ids = told.map(([id]) => id);
  const isVouchedFor = request.allowMissingNames === true;
  if (token !== undefined && !isVouchedFor && !nowhere && halves.length === 0) {
    const later = contactLater(run, ids, token, looks);
    return { keys: [], warnings: new Set(fresh), later };
  }
  const doubtful = token === undefined || isVouchedFor ? halves : [...new Set([...halves, ...ids])];
  const near = await lookAround(run, doubtful.slice(0, MOST_LOOKED_AT), token, await looks);
  for (const [id, found] of told) refuseHalf(run, id, found, near.get(id) ?? []);
  if (token === undefined) return { keys: [], warnings: new Set(fresh) };
  const { keys, warnings } = contactOf(run, ids, token, near, nowhere && !isVouchedFor);
  return { keys: isVouchedFor ? [] : keys, warnings: new Set([...fresh, ...warnings]) };
}

/** Where all names are there. A look that fails stops nothing then: the token may be there, so it is kept. */
async function contactLater(
  run: Run,
  ids: readonly string[],
  token: string,
  looks: Promise<Looks>,
): Promise<Contact> {
  const near = new Map<string, readonly Neighbour[]>();
  const unread: string[] = [];
  for (const [id, look] of await looks) {
    if (!ids.includes(id)) continue;
    try {
      near.set(id, (await look) ?? []);
    } catch (error) {
      asKeyturnError(error);
      unread.push(id);
    }
  }
  const { keys, warnings } = contactOf(run, ids, token, near, false);
  const unknown = unread.map((id) => nearUnknown(id, run.request.name, token));
  return {
    keys: [...keys, ...unread.map(elsewhere)],
    warnings: new Set([...warnings, ...unknown]),
  };
}

/** @param nowhere none of the places has any of the names */
function contactOf(
  run: Run,
  ids: readonly string[],
  token: string,
  near: ReadonlyMap<string, readonly Neighbour[]>,
  nowhere: boolean,
): Contact {
  const unseen = ids.filter((id) => {
    const around = near.get(id);
    const shows = around?.some((one) => one.shows !== undefined) === true;
    // Only a place that has nothing else shows that the token is not there.
    return shows || (nowhere && around?.length !== 0);
  });
  const scopes = ids.flatMap((id) => scopesOf(run, id, near.get(id) ?? [], token));
  const around = unseen.map((id) => unseenAt(run, id, near.get(id) ?? [], token));
  return { keys: unseen.map(elsewhere), warnings: new Set([...scopes, ...around]) };
}

/** The sinks near which a token shows under names that keyturn does not write. Each is warned of. */
export async function seenElsewhere(run: Run, token: string): Promise<Contact> {
  const near = await lookAround(run, run.intent.selected, token);
  const seen = [...near].filter(([, found]) => found.some(({ shows }) => shows !== undefined));
  if (run.request.allowMissingNames === true) return NOTHING;
  const warnings = seen.map(([id, found]) => unseenAt(run, id, found, token));
  return { keys: seen.map(([id]) => elsewhere(id)), warnings: new Set(warnings) };
}

/** The user says that nothing is there: taken at its word once every sink was written under the names that are configured now. */
export async function vouch({ request, ledger }: Run): Promise<void> {
  const { current, sinks } = ledger.state;
  if (request.allowMissingNames !== true || current === undefined) return;
  if (!request.sinks.every(({ id }) => inStep(sinks.get(id), current))) return;
  const keys = [...sinks.keys()].filter(isElsewhere);
  if (keys.length > 0)
    await ledger.append(...keys.map((sink) => ({ type: 'forgotten', sink }) as const));
}

async function lookAround(
  run: Run,
  ids: readonly string[],
  token: string | undefined,
  begun: Looks = new Map(),
): Promise<ReadonlyMap<string, readonly Neighbour[]>> {
  const found = new Map<string, readonly Neighbour[]>();
  await forEachLimited(ids, sinksAtOnce(run.runtime), async (id) => {
    const neighbours = await (begun.get(id) ?? lookNear(run, id, token));
    if (neighbours !== undefined) found.set(id, neighbours);
  });
  return found;
}

async function lookNear(run: Run, id: string, token: string | undefined): Look {
  const query = { names: layoutNames(run.layout(id)), ...(token !== undefined && { token }) };
  const found = await run.sinks.get(id)?.neighbours?.(query, run.call);
  return found?.filter((one) => !isOurs(run, one));
}

function isHalf(run: Run, id: string, found: readonly string[]): boolean {
  return found.length > 0 && found.length < layoutNames(run.layout(id)).length;
}

/** Another sink of the rotation, which is written too. */
function isOurs(run: Run, { name, target }: Neighbour): boolean {
  return run.request.sinks.some(
    ({ id }) => id === target && layoutNames(run.layout(id)).includes(name),
  );
}

/** A field that has none of its names, beside one that has: a job that reads both would get halves of two tokens. */
function refuseHalf(
  run: Run,
  id: string,
  found: readonly string[],
  near: readonly Neighbour[],
): void {
  const absent = layoutFields(run.layout(id)).filter(
    (names) => !names.some((name) => found.includes(name)),
  );
  if (absent.length === 0 || found.length === 0) return;
  const here = near.filter(({ scope }) => scope === undefined).map(({ name }) => name);
  throw namesMissing(
    id,
    found,
    absent.flat(),
    proposal({ ...run.request, layout: run.layout(id) }, [...found, ...here]),
  );
}

function scopesOf(run: Run, id: string, near: readonly Neighbour[], token: string): string[] {
  const names = layoutNames(run.layout(id));
  return near.flatMap(({ name, scope, shows }) =>
    scope === undefined || shows !== undefined || !names.includes(name)
      ? []
      : [scopeNotWritten(id, name, scope, token)],
  );
}

function unseenAt(run: Run, id: string, near: readonly Neighbour[], token: string): string {
  const shown = near
    .filter(({ shows }) => shows !== undefined)
    .map(({ name, scope }) => (scope === undefined ? name : `${name} (${scope})`));
  return tokenElsewhere(id, run.request.name, token, shown);
}
