import { printable, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { contextIn } from './place.ts';
import { unlessRefused } from './refusal.ts';

/** What CircleCI calls the group that every member of an organization is in. Its id is the organization's. */
const EVERYBODY = 'All members';

/**
 * Says whose members alone may change a context's variables. Whether the owner of the token is one, CircleCI does not tell.
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
  return [
    `only members of ${names.join(', ')} can change its variables, so the owner of the token has to be one`,
  ];
}
