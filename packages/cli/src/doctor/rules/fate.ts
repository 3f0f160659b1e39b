import type { Evidence } from '../evidence.ts';
import { fateText } from '../../messages-of-checks.ts';

/** The last event of a token in the ledgers; undefined if they do not contain it. */
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
  return { type: last.type, text: fateText(last.rotation, last.type, last.at) };
}
