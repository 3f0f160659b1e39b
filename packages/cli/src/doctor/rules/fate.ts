import type { Evidence } from '../evidence.ts';
import { readableTime } from '@keyturn/host/text';

/** What the ledgers say last of a token, in words; undefined where they know nothing of it. */
export function fateOf(
  id: string | undefined,
  { store }: Evidence,
): { readonly type: 'completed' | 'revoked'; readonly text: string } | undefined {
  const ledgers = store.value?.ledgers.value ?? [];
  const fates = ledgers.flatMap(({ rotation, fates: known }) =>
    known.filter(({ token }) => token === id).map((fate) => ({ rotation, ...fate })),
  );
  const last = fates.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  if (last === undefined) return undefined;
  const did = last.type === 'revoked' ? 'revoked it' : 'brought it in';
  return {
    type: last.type,
    text: `the rotation ${last.rotation} ${did} at ${readableTime(last.at)}`,
  };
}
