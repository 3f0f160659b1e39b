import type { SecretSink, TokenIssuer } from '@keyturn/core';
import { identityOf, inStep, isSameIssuer, type RotationState } from '@keyturn/core/unstable';

import type { DriftEvidence } from '../evidence.ts';
import type { OpenedIssuers } from './issuers.ts';
import type { Ledgers } from './ledgers.ts';
import type { Probes } from './probe.ts';
import type { Place, SinkChoice } from './place.ts';
import { mapLimited } from '@keyturn/host/session';

/** How many sinks are checked at a time. */
const CONCURRENCY = 16;

/**
 * Whether issued tokens are still where they were delivered, checked as a run does. Sinks that fail, or that do not show it, are
 * skipped: other rules report failures.
 */
export async function lookAtDrift(
  rotations: readonly SinkChoice[],
  places: readonly Place[],
  ledgers: Ledgers,
  issuers: OpenedIssuers,
  probes: Probes,
): Promise<DriftEvidence[]> {
  const found: DriftEvidence[] = [];
  for (const { name, drift = 'report', permissions } of rotations) {
    const issuer = issuers.of(name)?.issuer.value;
    const state = ledgers.get(name);
    const token = state?.current;
    if (state === undefined || token === undefined || drift === 'off') continue;
    const nothing = {
      rotation: name,
      heals: drift === 'heal',
      copies: permissions === 'copy',
      token,
      isMissing: false,
    };
    if (issuer !== undefined && isOfAnother(state, issuer)) {
      const { id } = state.issuer ?? issuer;
      found.push({ ...nothing, otherAccount: id, overwritten: [], removed: [], looked: 0 });
      continue;
    }
    const own = places.filter(({ rotation }) => rotation === name);
    const shown = await mapLimited(own, CONCURRENCY, async (place) => ({
      id: place.sink.id,
      shows: await look(place, state, token, probes),
    }));
    const idsOf = (wanted: string): string[] =>
      shown.filter(({ shows }) => shows === wanted).map(({ id }) => id);
    found.push({
      ...nothing,
      isMissing: issuer !== undefined && (await isMissing(issuer, token, probes)),
      overwritten: idsOf('different'),
      removed: idsOf('absent'),
      looked: idsOf('same').length,
    });
  }
  return found;
}

/** "Not found" in another account proves nothing. */
function isOfAnother({ issuer: known }: RotationState, issuer: TokenIssuer): boolean {
  return known !== undefined && !isSameIssuer(known, identityOf(issuer));
}

async function isMissing(
  issuer: TokenIssuer,
  token: string,
  { run, signal }: Probes,
): Promise<boolean> {
  const asked = await run(issuer.id, async () => ({ token: await issuer.get(token, { signal }) }));
  return asked.value !== undefined && asked.value.token === undefined;
}

async function look(
  { sink, names }: Pick<Place, 'sink' | 'names'>,
  { sinks }: RotationState,
  token: string,
  { run, signal }: Probes,
): Promise<string> {
  const record = sinks.get(sink.id);
  // A write under way belongs to a run; without a write by keyturn, there is nothing to compare with.
  if (record === undefined || !inStep(record, token) || record.unanswered.length > 0)
    return 'unreadable';
  const { receipt } = record;
  const expected = names.map((name) => ({ name }));
  const shows = await run(sink.id, () => sink.confirm(expected, { receipt }, { signal }));
  if (shows.value !== undefined && shows.value !== 'unreadable') return shows.value;
  return shows.error === undefined ? held(sink, names, token, { run, signal }) : 'unreadable';
}

async function held(
  sink: SecretSink,
  names: readonly string[],
  token: string,
  { run, signal }: Pick<Probes, 'run' | 'signal'>,
): Promise<string> {
  const holds = sink.holds?.bind(sink);
  const hint = holds && (await run(sink.id, () => holds(names, { signal })));
  const id = hint?.value?.id;
  return id === undefined || id === token ? 'unreadable' : 'different';
}
