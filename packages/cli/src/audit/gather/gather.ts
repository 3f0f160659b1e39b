import { emptyState, readState, type StateStore, type TokenIssuer } from '@keyturn/core';

import { findConfig } from '../../config/index.ts';
import type { Host } from '../../host.ts';
import { openPlans, type PlannedRequest } from '../../setup/plans.ts';
import { Session } from '../../setup/session.ts';
import type { Evidence, Gap, RotationEvidence, Source } from '../evidence.ts';
import { gapOf } from './gap.ts';
import { askIssuer } from './issuer.ts';
import { findLeaks } from './leaks.ts';
import { askSinks } from './sinks.ts';

export interface GatherFlags {
  readonly config?: string;
  readonly org?: string;
  readonly sink: readonly string[];
  /** What git is to leave out, as pathspecs. */
  readonly exclude: readonly string[];
}

/** The issuer where no configuration names one. */
const ISSUER = 'planetscale';

const nothingAsked: Awaited<ReturnType<typeof askIssuer>> = { gaps: [] };

interface Opened {
  readonly session: Session;
  /** Undefined where it is not even known whose tokens are meant. */
  readonly issuer: TokenIssuer | undefined;
  readonly gaps: readonly Gap[];
  readonly requests: readonly PlannedRequest[];
  readonly file: string | undefined;
}

/** Gathers what the rules need, and what could not be had. Nothing is changed anywhere. */
export async function gather(
  flags: GatherFlags,
  sources: ReadonlySet<Source>,
  host: Host,
): Promise<{ evidence: Evidence; configuration: string | undefined }> {
  const opened = await open(flags, host);
  const { session, issuer, requests, file } = opened;
  try {
    const store = await session.store();
    const [ledgers, asked] = await Promise.all([
      readLedgers(store, requests, sources.has('sinks'), host),
      issuer !== undefined && sources.has('issuer')
        ? askIssuer(issuer, sources.has('permissions'), host)
        : nothingAsked,
    ]);
    const ids = [
      ...(asked.tokens ?? []).map(({ id }) => id),
      ...ledgers.rotations.flatMap(({ state }) => [...state.tokens.keys()]),
    ];
    const { leaks, gaps } = sources.has('git')
      ? await findLeaks(host, [...new Set(ids)], flags.exclude)
      : { leaks: [], gaps: [] };
    const evidence = {
      now: host.clock.now(),
      issuer: issuer?.id ?? ISSUER,
      ...asked,
      rotations: ledgers.rotations,
      leaks,
      gaps: [...opened.gaps, ...asked.gaps, ...ledgers.gaps, ...gaps],
    };
    return { evidence, configuration: file };
  } finally {
    await session.close();
  }
}

/** An audit needs no configuration: the issuer, the ledgers and git have much to tell by themselves. */
async function open(flags: GatherFlags, host: Host): Promise<Opened> {
  const file = await findConfig({
    directory: host.directory,
    env: host.env,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  if (file === undefined && flags.sink.length === 0) return openWithout(flags, host);
  const { session, requests } = await openPlans([], flags, host, 'recorded');
  return { session, requests, issuer: requests[0]?.issuer, gaps: [], file };
}

async function openWithout({ org }: GatherFlags, host: Host): Promise<Opened> {
  const session = new Session(host, host.directory);
  const rest = { session, requests: [], file: undefined };
  try {
    const issuer = await session.issuer(ISSUER, org === undefined ? {} : { org });
    return { ...rest, issuer, gaps: [] };
  } catch (error) {
    const { error: _, ...gap } = gapOf('issuer', ISSUER, error);
    return { ...rest, issuer: undefined, gaps: [gap] };
  }
}

async function readLedgers(
  store: StateStore,
  requests: readonly PlannedRequest[],
  asksSinks: boolean,
  host: Host,
): Promise<{ rotations: RotationEvidence[]; gaps: Gap[] }> {
  const byName = new Map(requests.map((request) => [request.name, request]));
  const rotations: RotationEvidence[] = [];
  const gaps: Gap[] = [];
  for (const name of new Set([...byName.keys(), ...(await store.rotations())])) {
    const request = byName.get(name);
    try {
      const state = await readState(store, name);
      const asked = request !== undefined && asksSinks ? request : { sinks: [] };
      const { shown, gaps: silent } =
        'layout' in asked ? await askSinks(asked, state, host) : { shown: [], gaps: [] };
      rotations.push({ name, ...policyOf(request), state, shown });
      gaps.push(...silent);
    } catch (error) {
      gaps.push(gapOf('ledgers', name, error));
      rotations.push({ name, ...policyOf(request), state: emptyState, shown: [] });
    }
  }
  return { rotations, gaps };
}

function policyOf(request: PlannedRequest | undefined): Pick<RotationEvidence, 'policy'> {
  if (request === undefined) return {};
  const { policy, permissions, sinks } = request;
  return {
    policy: { maxAge: policy.maxAge, permissions, sinks: sinks.map(({ id }) => id) },
  };
}
