import type { LeakForm, TokenIssuer } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { emptyState, layoutNames, readState, type RotationState } from '@keyturn/core/unstable';

import type { Host } from '../../host.ts';
import type { Evidence, Gap, RotationEvidence, Source } from '../evidence.ts';
import { shownIds } from '../shown.ts';
import { rotatableHere } from '../../workflows/rotatable.ts';
import type { GatherFlags } from './flags.ts';
import { gapOf } from './gap.ts';
import { readGitleaks, together } from './gitleaks.ts';
import { askIssuers } from './issuer.ts';
import { findLeaks } from './leaks.ts';
import { type AuditedRequest, open } from './open.ts';
import { askSinks } from './sinks.ts';
import {
  mapLimited,
  openIssuer,
  type PlannedRequest,
  type Session,
  usualIssuer,
} from '@keyturn/host/session';

/** How many rotations are checked at a time; each of them asks several sinks. */
const AT_ONCE = 4;

const nothingAsked: Awaited<ReturnType<typeof askIssuers>> = { gaps: [] };
const nothingSearched: Awaited<ReturnType<typeof findLeaks>> = {
  leaks: [],
  gaps: [],
  isSearched: false,
};

/** Gathers the evidence for the rules, and its gaps. Changes nothing. */
export async function gather(
  flags: GatherFlags,
  sources: ReadonlySet<Source>,
  host: Host,
): Promise<{ evidence: Evidence; configuration: string | undefined }> {
  const opened = await open(flags, host);
  const { session, issuers, requests, file } = opened;
  try {
    const store = await session.store();
    const ledgers = await readLedgers(store, requests, sources.has('sinks'), host);
    const states = ledgers.rotations.map(({ state }) => state);
    const usual = file === undefined ? undefined : await usualOf(flags, host);
    const toAsk = issuers.map((issuer) => ({
      issuer,
      expected: expectedOf(issuer, ledgers.rotations, requests),
      ...(issuer.id !== usual && throughOf(issuer, requests)),
    }));
    const asked =
      toAsk.length > 0 && sources.has('issuer')
        ? await askIssuers(toAsk, sources.has('permissions'), host)
        : nothingAsked;
    const ids = [
      ...(asked.tokens ?? []).map(({ id }) => id),
      ...states.flatMap(({ tokens }) => [...tokens.keys()]),
    ];
    const { leaks, gaps, isSearched } = sources.has('git')
      ? await lookForLeaks(new Set(ids), flags, session, host)
      : nothingSearched;
    const rotatable = isSearched ? await rotatableHere(session, namesOf(requests)) : [];
    const evidence = {
      now: host.clock.now(),
      issuer: issuers.map(({ id }) => id).join(', ') || usualIssuer(),
      ...asked,
      rotations: ledgers.rotations,
      isSearched,
      leaks,
      rotatable,
      gaps: [...opened.gaps, ...asked.gaps, ...ledgers.gaps, ...gaps],
    };
    return { evidence, configuration: file };
  } finally {
    await session.close();
  }
}

/** In the repository, and in the report of gitleaks if there is one. */
async function lookForLeaks(
  ids: ReadonlySet<string>,
  { exclude, gitleaks }: GatherFlags,
  session: Session,
  host: Host,
): ReturnType<typeof findLeaks> {
  const known = { ids, forms: await leakForms(session) };
  if (gitleaks === undefined) return findLeaks(host, known, exclude);
  const reported = await readGitleaks(gitleaks, host.directory, known, await kindsOf(session));
  const found = await findLeaks(host, known, exclude);
  return { ...found, leaks: together(found.leaks, reported), isSearched: true };
}

/** The names that rotations write. */
function namesOf(requests: readonly PlannedRequest[]): ReadonlySet<string> {
  const all = requests.flatMap(({ layout, layouts = {} }) => [layout, ...Object.values(layouts)]);
  return new Set(all.flatMap(layoutNames));
}

/** The tokens that an issuer is expected to have: those of its rotations, and of ledgers that do not say whose they are. */
function expectedOf(
  issuer: TokenIssuer,
  rotations: readonly RotationEvidence[],
  requests: readonly AuditedRequest[],
): string[] {
  const own = rotations.filter(({ name, state }) => {
    const configured = requests.find((request) => request.name === name)?.issuer;
    return (configured ?? state.issuer ?? issuer).id === issuer.id;
  });
  const current = own.flatMap(({ state }) => state.current ?? []);
  return [...new Set([...current, ...shownIds({ rotations: own })])];
}

/** The id of the issuer that the commands for tokens mean without `--rotation`. */
async function usualOf(flags: GatherFlags, host: Host): Promise<string | undefined> {
  const { sink: _, ...rest } = flags;
  try {
    const { session, issuer } = await openIssuer(rest, host);
    await session.close();
    return issuer.id;
  } catch {
    return undefined;
  }
}

function throughOf(issuer: TokenIssuer, requests: readonly AuditedRequest[]): { through?: string } {
  const through = requests.find((request) => request.issuer.id === issuer.id)?.name;
  return through === undefined ? {} : { through };
}

/** The forms of secrets, from the installed adapters. Adapters that cannot be loaded are skipped here, and reported elsewhere. */
async function leakForms(session: Session): Promise<readonly LeakForm[]> {
  const { adapters } = session;
  const [issuers, sinks] = await Promise.all([adapters.kinds('issuer'), adapters.kinds('sink')]);
  const loaded = await Promise.all([
    ...issuers.map((kind) => session.issuerAdapter(kind).catch(() => undefined)),
    ...sinks.map((kind) => session.sinkAdapter(kind).catch(() => undefined)),
  ]);
  return loaded.flatMap((one) => one?.leaks ?? []).filter(({ pattern }) => isPattern(pattern));
}

async function kindsOf({ adapters }: Session): Promise<string[]> {
  return [...(await adapters.kinds('issuer')), ...(await adapters.kinds('sink'))];
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'g').source !== '';
  } catch {
    return false;
  }
}

async function readLedgers(
  store: StateStore,
  requests: readonly AuditedRequest[],
  asksSinks: boolean,
  host: Host,
): Promise<{ rotations: RotationEvidence[]; gaps: Gap[] }> {
  const byName = new Map(requests.map((request) => [request.name, request]));
  const names = new Set([...byName.keys(), ...(await store.rotations())]);
  const read = await mapLimited([...names], AT_ONCE, async (name) => {
    const request = byName.get(name);
    const known = { name, ...policyOf(request) };
    try {
      const state = await readState(store, name);
      const asked = request !== undefined && asksSinks ? await ask(request, state, host) : nobody;
      return { rotation: { ...known, state, shown: asked.shown }, gaps: asked.gaps };
    } catch (error) {
      const gaps = [gapOf('ledgers', name, error)];
      return { rotation: { ...known, state: emptyState, shown: [] }, gaps };
    }
  });
  return {
    rotations: read.map(({ rotation }) => rotation),
    gaps: read.flatMap(({ gaps }) => gaps),
  };
}

const nobody: Awaited<ReturnType<typeof askSinks>> = { shown: [], gaps: [] };

function ask(
  request: AuditedRequest,
  state: RotationState,
  host: Host,
): ReturnType<typeof askSinks> {
  const sinks = request.sinks.filter(({ id }) => request.selected.includes(id));
  return askSinks({ ...request, sinks }, state, host);
}

function policyOf(request: PlannedRequest | undefined): Pick<RotationEvidence, 'policy'> {
  if (request === undefined) return {};
  const { policy, permissions, sinks } = request;
  return {
    policy: { maxAge: policy.maxAge, permissions, sinks: sinks.map(({ id }) => id) },
  };
}
