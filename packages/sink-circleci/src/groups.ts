import { printable, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { restrictedToGroups } from './messages.ts';
import { contextIn } from './place.ts';
import { unlessRefused } from './refusal.ts';

/** CircleCI's name of the group with every member of an organization. Its id is that of the organization. */
const EVERYBODY = 'All members';

/**
 * Warns if only members of certain groups can change a context's variables. CircleCI does not show whether the owner of the token is one.
 *
 * docs: guides/security/contexts, «Restrict a context to a security group».
 */
export async function groupWarnings(
  { list, target }: Client,
  path: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const id = contextIn(path);
  if (target.kind === 'project' || id === undefined) return [];
  const { owner } = target;
  const restrictions = await unlessRefused(() => list(`/context/${id}/restrictions`, {}, options));
  const groups = restrictions.filter(({ restriction_type: type }) => type === 'group');
  const isForAll = groups.some(
    ({ name, restriction_value: value }) =>
      name === EVERYBODY || ('id' in owner && value === owner.id),
  );
  if (groups.length === 0 || isForAll) return [];
  const names = groups.map(({ name, restriction_value: value }) =>
    printable(String(name ?? value), 80),
  );
  return [restrictedToGroups(names)];
}
