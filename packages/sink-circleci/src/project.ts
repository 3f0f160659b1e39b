import type { CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { isUuid } from './target.ts';

/** Of a project, what stays when it is renamed. */
export interface ProjectIds {
  readonly id?: string;
  /** Of its organization. */
  readonly organization?: string;
}

/**
 * Reads the ids of a project. Nothing says that whoever may change its variables may also read the project itself, so a
 * refusal leaves them unknown.
 *
 * docs: api/v2, «Get a project».
 */
export async function readProject(
  { send }: Client,
  slug: string,
  options: CallOptions,
): Promise<ProjectIds> {
  const answer = await send({ method: 'GET', path: `/project/${slug}` }, options);
  if (answer.status === 403 || answer.status === 404) return {};
  if (answer.status !== 200) throw await answer.error();
  const { id, organization_id: organization } = await answer.json();
  return {
    ...(typeof id === 'string' && isUuid(id) && { id: id.toLowerCase() }),
    ...(typeof organization === 'string' &&
      isUuid(organization) && { organization: organization.toLowerCase() }),
  };
}
