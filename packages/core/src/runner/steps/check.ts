import type { KeyturnError } from '../../contracts/errors.ts';
import type { Permissions, TokenDetails } from '../../contracts/issuer.ts';
import { layoutNames } from '../../layout/layout.ts';
import { identityOf } from '../../ledger/place.ts';
import { summarise, type RotationState } from '../../ledger/state.ts';
import { firstContact, lookAhead, wasWritten, type Present } from '../run/first-contact.ts';
import type { Lesson, Lessons } from '../run/learned.ts';
import { forEachLimited, sinksAtOnce } from '../run/pool.ts';
import type { SinkOutcome } from '../run/request.ts';
import { asKeyturnError, type Run } from '../run/run.ts';
import {
  accountShared,
  noRoom,
  predecessorManages,
  predecessorMissing,
  predecessorNotNamed,
  predecessorUnconfirmed,
  tokenNotFound,
} from '../../messages.ts';
import { refOf } from '../run/ref.ts';
import { neighbours, refuseIssuedElsewhere, refuseTaken } from '../run/shared.ts';
import { isVouchedFor, shownBefore } from '../run/trust.ts';
import { refuseSharedSlot, refuseTwins } from '../run/twins.ts';
import { outages } from './condemn.ts';

/**
 * Looks before anything is created: the issuer, the token to be replaced and every selected sink, all at once.
 * What is found wrong is reported together, and then no token is asked for; only optional sinks are gone on without.
 */
export async function* check(run: Run): Lessons {
  const { request } = run;
  const problems: KeyturnError[] = [];
  const note = (error: unknown): undefined => void problems.push(asKeyturnError(error));
  const looks = lookAhead(run);
  const [unusual, predecessor, { present, ...seen }] = await Promise.all([
    checkIssuer(run).catch(note),
    findPredecessor(run).catch(note),
    checkSinks(run),
  ]);
  yield seen;
  yield { warnings: new Set(unusual) };
  if (predecessor !== undefined)
    yield {
      labels: new Map([[predecessor.id, predecessor.label]]),
      before: predecessor.permissions,
    };
  let holders: readonly string[] = [];
  try {
    refuseTwins(run);
    refuseSharedSlot(run);
    await refuseTaken(run);
    if (problems.length === 0) yield { permissions: permissionsFor(run, predecessor) };
    if (predecessor !== undefined) await noteShown(run, predecessor);
    const token = predecessor?.id ?? run.ledger.state.current;
    const { keys, warnings, later } = await firstContact(run, token, present, looks);
    yield { warnings, near: later, checkedAt: run.ledger.wallClock.now() };
    // A plan tells all.
    const soon = request.dryRun === true ? await later : undefined;
    yield { warnings: soon?.warnings ?? new Set() };
    holders = [...keys, ...(soon?.keys ?? [])];
  } catch (error) {
    note(error);
  }
  // Nothing of a run goes on after its end.
  if (run.learned.near === undefined) await looks;
  const [first, ...others] = problems;
  const failed = [...run.learned.outcomes.values()].filter(({ status }) => status === 'failed');
  const warnings = new Set(others.map(({ message }) => message));
  yield { warnings, error: first ?? failed[0]?.error };
  if (first !== undefined || !canGoOnWithout(run, failed)) {
    yield { memory: { gaveUp: true } };
    return;
  }
  yield { leftOut: new Set(failed.map(({ id }) => id)) };
  await run.reconcile();
  await adopt(run, predecessor, holders);
  yield { memory: { checked: true } };
}

/** Codes of mistakes that are not those of one place: the user has to mend them before anything is done. */
const MISTAKES: readonly (string | undefined)[] = ['NAME_INVALID', 'CONFIG_INVALID'];

/** An interrupt fails checks too, and tells nothing of the sinks. */
function canGoOnWithout(run: Run, failed: readonly SinkOutcome[]): boolean {
  if (failed.length === 0) return true;
  const { optional = [] } = run.request;
  const others = failed.length < run.intent.selected.length;
  const known = new Set(optional);
  return (
    others &&
    !run.interrupted &&
    failed.every(({ id, error }) => known.has(id) && !MISTAKES.includes(error?.code))
  );
}

/** Returns what the issuer warns of. */
async function checkIssuer(run: Run): Promise<readonly string[]> {
  const { issuer, call, ledger, request } = run;
  const { state } = ledger;
  const like = state.current ?? request.replaces;
  const { problems, room, warnings } = await issuer.check({
    ...call,
    ...(like !== undefined && { like }),
  });
  for (const problem of problems) throw problem;
  // What leaked ends before another is created.
  const makesRoom = request.breakGlass === 'revoke-first' && like !== undefined;
  const { most = Infinity } = issuer.supports;
  const others = most === Infinity ? [] : await neighbours(run);
  const isFirst = state.current === undefined && others.length + 2 > most;
  if (others.length > 0 && (isFirst || (room === 0 && !makesRoom)))
    throw accountShared(issuer.id, others, most);
  if (room === 0 && !makesRoom) throw noRoom(issuer.id, request.name, inUse(state));
  return (warnings ?? []).map((warning) => `${issuer.id}: ${warning}`);
}

/** Where jobs may get each of the rotation's tokens from; nothing if one of them ends by itself. */
function inUse(state: RotationState): readonly (readonly [token: string, sinks: string])[] {
  const held = new Map(outages(state, state.tokens.keys()));
  const tokens = [...state.tokens.values()];
  if (tokens.some(({ ref, retired }) => retired && !held.has(ref.id))) return [];
  return tokens.map(({ ref }) => [ref.id, held.get(ref.id) ?? 'no sink']);
}

/**
 * The token that will be replaced, with its permissions; undefined where there is none or it is gone. Where they are listed, what it
 * may do is only compared with them.
 */
async function findPredecessor(run: Run): Promise<TokenDetails | undefined> {
  const { issuer } = run;
  const { replaces, permissions } = run.request;
  const { current } = run.ledger.state;
  const wanted = current ?? replaces;
  if (wanted === undefined) return undefined;
  if (current === undefined) await refuseIssuedElsewhere(run, wanted);
  const isNeeded = current === undefined || permissions === 'copy';
  const asking = issuer.get(wanted, run.call);
  const details = await (isNeeded ? asking : asking.catch(() => undefined));
  if (details === undefined && current === undefined)
    throw tokenNotFound(run.request.name, issuer.id, wanted);
  return details;
}

/** Checks every selected sink; `present` are the names that each of them has, if it told. */
async function checkSinks(run: Run): Promise<Lesson & { readonly present: Present }> {
  const present = new Map<string, readonly string[]>();
  const outcomes = new Map<string, SinkOutcome>();
  const things = new Map<string, string>();
  const clocks = new Map<string, string>();
  const warnings = new Set<string>();
  await forEachLimited(run.intent.selected, sinksAtOnce(run.runtime), async (id) => {
    const sink = run.sinks.get(id);
    if (sink === undefined) return;
    const names = layoutNames(run.layout(id));
    try {
      const known = wasWritten(run.ledger.state.sinks.get(id));
      const report = await sink.check(names, { ...run.call, known });
      for (const warning of report.warnings) warnings.add(`${id}: ${warning}`);
      if (report.place !== undefined) things.set(id, report.place);
      if (report.clock !== undefined) clocks.set(id, report.clock);
      if (report.present !== undefined)
        present.set(
          id,
          report.present.map(({ name }) => name),
        );
    } catch (error) {
      const known = asKeyturnError(error);
      outcomes.set(id, { id, status: 'failed', error: known });
      run.runtime.observe?.({ type: 'sink', rotation: run.request.name, sink: id, error: known });
    }
  });
  return { present, outcomes, things, clocks, warnings };
}

function permissionsFor(run: Run, predecessor: TokenDetails | undefined): Permissions {
  const { permissions } = run.request;
  if (run.issuer.supports.permissions === 'none') return [];
  if (permissions !== 'copy') return permissions;
  const { current, permissions: recorded = [] } = run.ledger.state;
  const { name } = run.request;
  const first = current === undefined ? run.issuer.defaults?.() : undefined;
  const shown = predecessor?.permissions ?? shownBefore(run) ?? first;
  if (shown === undefined)
    throw current === undefined ? predecessorNotNamed() : predecessorMissing(current, recorded);
  const id = predecessor?.id ?? current ?? '';
  if (predecessor !== undefined && !isVouchedFor(run, id)) throw predecessorUnconfirmed(name, id);
  const managing = run.issuer.managing?.(shown) ?? [];
  if (managing.length > 0) throw predecessorManages(id, managing);
  return shown;
}

/** A run that is killed after it has ended the predecessor cannot ask for its permissions again. */
async function noteShown(run: Run, { id, permissions }: TokenDetails): Promise<void> {
  const { request, runtime } = run;
  if (request.dryRun !== true && isVouchedFor(run, id)) await runtime.noteShown?.(id, permissions);
}

/** From here on the token that the user named is ours to revoke, once no sink may hold it, nor any name near one. */
async function adopt(
  run: Run,
  details: TokenDetails | undefined,
  holders: readonly string[],
): Promise<void> {
  const { ledger, request, places } = run;
  const { state } = ledger;
  if (state.current !== undefined) return adoptAlso(run, holders);
  if (details === undefined) return;
  await ledger.append(
    { type: 'opened', rotation: request.name, summary: summarise(state) },
    { type: 'identified', issuer: identityOf(run.issuer), places: {} },
    {
      type: 'adopted',
      token: refOf(details),
      sinks: [...request.sinks.map((sink) => sink.id), ...holders],
      permissions: details.permissions,
      places: Object.fromEntries(places),
    },
  );
}

/** Records what is near the sinks, before the first of them is written. */
export async function* noteNear(run: Run): Lessons {
  const { near } = run.learned;
  if (near === undefined) return;
  const { keys, warnings } = await near;
  await adoptAlso(run, keys);
  yield { warnings, near: undefined };
}

/** Where else the token that the user named may be: in sinks that joined the rotation since, and under names near a sink. */
async function adoptAlso(
  { ledger, request, places }: Run,
  holders: readonly string[],
): Promise<void> {
  const { state } = ledger;
  const token = state.tokens.get(state.current ?? '');
  if (token === undefined || token.retired || token.askedAt !== undefined) return;
  const joined = request.sinks.map(({ id }) => id);
  const sinks = [...joined, ...holders].filter((id) => !state.sinks.has(id));
  if (sinks.length === 0) return;
  const { permissions = [] } = state;
  await ledger.append({
    type: 'adopted',
    token: token.ref,
    sinks,
    permissions,
    places: Object.fromEntries([...places].filter(([id]) => sinks.includes(id))),
  });
}
