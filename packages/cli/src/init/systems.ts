import {
  KeyturnError,
  type CiSystem,
  type PipelineCredential,
  type SinkAdapter,
} from '@keyturn/core';
import type { Session } from '@keyturn/host/session';

import { credentialsOf } from '../scaffold/pipeline/pipeline.ts';

/** A CI system that a pipeline can be made for: that of an installed sink. */
export interface System {
  readonly kind: string;
  readonly ci: CiSystem;
  /** What the adapter of its platform reads. */
  readonly own: readonly PipelineCredential[];
}

/** The CI systems of the sinks that are installed, and of the user's own modules that were imported. */
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
  const known = [...systems.map((one) => one.kind), 'none'].join(', ');
  throw new KeyturnError('USAGE_INVALID', `--ci ${kind}: no installed sink has such a CI`, {
    hint: `Choose among ${known}, or install its adapter: npm install --save-dev @keyturn/sink-${kind}`,
    effect: 'none',
  });
}

/** What the issuer and the sinks of these kinds, or paths of modules, read in a pipeline. */
export async function credentialsFor(
  issuer: string,
  kinds: readonly string[],
  session: Session,
): Promise<readonly PipelineCredential[]> {
  const adapters = await Promise.all([
    session.issuerAdapter(issuer),
    ...kinds.map((kind) => session.sinkAdapter(kind)),
  ]);
  return adapters.flatMap(({ env }) => credentialsOf(env));
}
