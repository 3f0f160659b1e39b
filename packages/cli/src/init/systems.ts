import type { CiSystem, PipelineCredential, SinkAdapter } from '@keyturn/core';
import type { Session } from '@keyturn/host/session';

import { systemUnknown } from '../messages.ts';
import { credentialsOf } from '../scaffold/pipeline/pipeline.ts';

/** A CI system with pipeline support, from an installed sink. */
export interface System {
  readonly kind: string;
  readonly ci: CiSystem;
  /** The credentials of the adapter of its platform. */
  readonly own: readonly PipelineCredential[];
}

/** The CI systems of the installed sinks, and of imported modules of the user. */
export async function systemsIn(session: Session): Promise<readonly System[]> {
  const kinds = await session.adapters.kinds('sink');
  const adapters = await Promise.all(
    kinds.map((kind) => session.sinkAdapter(kind).catch(() => undefined)),
  );
  return adapters.filter((one) => one !== undefined).flatMap(systemOf);
}

function systemOf({ kind, ci, env }: SinkAdapter): readonly System[] {
  return ci === undefined ? [] : [{ kind, ci, own: credentialsOf(env) }];
}

/**
 * The system of this kind; undefined for `none`.
 *
 * @throws {KeyturnError} `USAGE_INVALID`
 */
export function systemCalled(kind: string, systems: readonly System[]): System | undefined {
  const found = systems.find((one) => one.kind === kind);
  if (found !== undefined || kind === 'none') return found;
  const known = [...systems.map((one) => one.kind), 'none'];
  throw systemUnknown(kind, known);
}

/** The credentials that the issuers and the sinks of these kinds, or paths of modules, read in a pipeline. */
export async function credentialsFor(
  issuers: readonly string[],
  kinds: readonly string[],
  session: Session,
): Promise<readonly PipelineCredential[]> {
  const adapters = await Promise.all([
    ...issuers.map((issuer) => session.issuerAdapter(issuer)),
    ...kinds.map((kind) => session.sinkAdapter(kind)),
  ]);
  return together(adapters.flatMap(({ env }) => credentialsOf(env)));
}

/** Two adapters may act with the same credential, for which each has its own needs. */
function together(all: readonly PipelineCredential[]): readonly PipelineCredential[] {
  const byVariable = new Map<string, PipelineCredential>();
  for (const one of all) {
    const there = byVariable.get(one.variable);
    const isNew = there === undefined || there.about === one.about;
    const about = isNew ? one.about : `${there.about}; also ${one.about}`;
    byVariable.set(one.variable, { ...one, about });
  }
  return [...byVariable.values()];
}
