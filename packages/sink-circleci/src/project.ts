import type { CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { isUuid } from './target.ts';

/** The ids of a project, which stay when it is renamed. */
export interface ProjectIds {
  readonly id?: string;
  /** The id of its organization. */
  readonly organization?: string;
}

/**
 * Reads the ids of a project. A token that can change its variables might not be allowed to read the project itself, so after a denied
 * read they are unknown.
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
