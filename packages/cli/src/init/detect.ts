import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Host } from '../host.ts';
import type { System } from '../scaffold/pipeline/pipeline.ts';
import type { Session } from '@keyturn/host/session';

/** What the working directory tells of its CI. */
export interface Detection {
  /** The systems that have files here, or else the host of git's remote. */
  readonly systems: readonly System[];
  /** Where to look for secrets: `github:acme`, and the env files here. */
  readonly scopes: readonly string[];
  /** What would be delivered to where no secret is found: `github:acme/web`. */
  readonly targets: readonly string[];
  /** It is the root of a checkout, where pipelines belong. */
  readonly isRoot: boolean;
}

const FILES: Readonly<Record<System, string>> = {
  github: '.github/workflows',
  gitlab: '.gitlab-ci.yml',
  circleci: '.circleci/config.yml',
};

/** Looks at files and git's remote; no request is made. */
export async function detect(session: Session, { directory }: Host): Promise<Detection> {
  const systems: System[] = [];
  const inferred = new Map<System, string>();
  for (const system of Object.keys(FILES) as System[]) {
    if (await exists(join(directory, FILES[system]))) systems.push(system);
    // An adapter that is not installed cannot tell.
    const target = await session.infer(system).catch(() => undefined);
    if (target !== undefined) inferred.set(system, target);
  }
  // A remote at GitHub may stand for CircleCI too: only its file says so.
  const meant = (system: System): boolean => system !== 'circleci' || systems.includes(system);
  const targets = [...inferred].flatMap(([system, target]) => (meant(system) ? target : []));
  const [remote] = [...inferred.keys()];
  return {
    systems: systems.length > 0 || remote === undefined ? systems : [remote],
    scopes: [...targets.map(ownerOf), 'env:.'],
    targets,
    isRoot: await exists(join(directory, '.git')),
  };
}

/** The organization of a target: the first part of its path, and with CircleCI's, which begins with a VCS, two. */
function ownerOf(target: string): string {
  const [kind = '', path = ''] = target.split(/:(.*)/s);
  return `${kind}:${path
    .split('/')
    .slice(0, kind === 'circleci' ? 2 : 1)
    .join('/')}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
