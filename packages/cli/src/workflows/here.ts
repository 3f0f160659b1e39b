import type { IssuerAdapter } from '@keyturn/core';
import type { Session } from '@keyturn/host/session';

import { systemsIn } from '../init/systems.ts';
import { credentialsOf } from '../scaffold/pipeline/pipeline.ts';
import { readPipelines, type Pipelines } from './read.ts';

/** What the pipelines below the root read of the issuer's credentials, except those that run keyturn. */
export async function pipelinesHere(
  root: string | undefined,
  issuer: IssuerAdapter,
  session: Session,
): Promise<Pipelines> {
  if (root === undefined) return { uses: [], unread: [] };
  const systems = await systemsIn(session);
  const own = new Set(credentialsOf(issuer.env).map(({ secret }) => secret));
  return readPipelines(root, systems, issuer.names, own);
}
