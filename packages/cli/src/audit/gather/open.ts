import type { TokenIssuer } from '@keyturn/core';
import { findConfig } from '@keyturn/host/config';
import {
  openPlans,
  type PlannedRequest,
  select,
  Session,
  usualIssuer,
} from '@keyturn/host/session';

import { sinkNotFound } from '../../messages-of-checks.ts';
import type { Host } from '../../host.ts';
import type { Gap } from '../evidence.ts';
import type { GatherFlags } from './flags.ts';
import { gapOf } from './gap.ts';

export interface AuditedRequest extends PlannedRequest {
  /** The ids of the sinks to ask. */
  readonly selected: readonly string[];
}

export interface Opened {
  readonly session: Session;
  /** Each once; none if the issuer is unknown. */
  readonly issuers: readonly TokenIssuer[];
  readonly gaps: readonly Gap[];
  readonly requests: readonly AuditedRequest[];
  readonly file: string | undefined;
}

/** An audit needs no configuration: the issuer, the ledgers and git are enough. */
export async function open(flags: GatherFlags, host: Host): Promise<Opened> {
  const file = await findConfig({
    directory: host.directory,
    env: host.env,
    uid: host.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  if (file === undefined && flags.sink.length === 0) return openWithout(flags, host);
  // With a configuration, a filter chooses the sinks to ask; the policies of all rotations are still needed.
  const all = file === undefined ? flags : { ...flags, sink: [] };
  const { session, requests } = await openPlans([], all, host, 'recorded');
  const asked = await Promise.all(
    requests.map(async (request) => ({
      ...request,
      selected: await selectedOf(request, file === undefined ? [] : flags.sink, session),
    })),
  );
  if (flags.sink.length > 0 && asked.every(({ selected }) => selected.length === 0))
    throw sinkNotFound(flags.sink);
  const issuers = new Map(requests.map(({ issuer }) => [issuer.id, issuer] as const));
  return { session, requests: asked, issuers: [...issuers.values()], gaps: [], file };
}

function selectedOf(
  { sinks }: PlannedRequest,
  filters: readonly string[],
  session: Session,
): Promise<string[]> | string[] {
  return filters.length > 0 ? select(filters, sinks, session) : sinks.map(({ id }) => id);
}

async function openWithout({ org }: GatherFlags, host: Host): Promise<Opened> {
  const session = new Session(host, host.directory);
  const rest = { session, requests: [], file: undefined };
  try {
    const issuer = await session.issuer(usualIssuer(), org === undefined ? {} : { org });
    return { ...rest, issuers: [issuer], gaps: [] };
  } catch (error) {
    const { error: _, ...gap } = gapOf('issuer', usualIssuer(), error);
    return { ...rest, issuers: [], gaps: [gap] };
  }
}
