import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Host } from '../host.ts';
import { systemsIn, type System } from './systems.ts';
import type { Session } from '@keyturn/host/session';

/** What the working directory shows about its CI. */
export interface Detection {
  /** The systems that have files here, otherwise the host of git's remote. */
  readonly systems: readonly System[];
  /** All systems with pipeline support. */
  readonly known: readonly System[];
  /** Where to search for secrets: `KIND:OWNER`, and the env files here. */
  readonly scopes: readonly string[];
  /** The targets of a new rotation if no secret is found: `KIND:OWNER/PROJECT`. */
  readonly targets: readonly string[];
  /** Whether it is the root of a checkout, where pipelines belong. */
  readonly isRoot: boolean;
}

/** Looks at files and git's remote. Makes no request. */
export async function detect(session: Session, { directory }: Host): Promise<Detection> {
  const known = await systemsIn(session);
  const systems: System[] = [];
  const inferred: { readonly system: System; readonly target: string }[] = [];
  for (const system of known) {
    const signs = await Promise.all(system.ci.signs.map((path) => exists(join(directory, path))));
    if (signs.includes(true)) systems.push(system);
    const target = await session.infer(system.kind).catch(() => undefined);
    const isMeant = system.ci.isInferred !== false || systems.includes(system);
    if (target !== undefined) inferred.push({ system, target: isMeant ? target : '' });
  }
  const targets = inferred.flatMap(({ target }) => (target === '' ? [] : target));
  const remote = inferred[0]?.system;
  return {
    systems: systems.length > 0 || remote === undefined ? systems : [remote],
    known,
    scopes: [...(await Promise.all(targets.map((target) => session.scopeOf(target)))), 'env:.'],
    targets,
    isRoot: await exists(join(directory, '.git')),
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
