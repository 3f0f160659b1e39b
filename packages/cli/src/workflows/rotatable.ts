import type { Session } from '@keyturn/host/session';
import { layoutNames } from '@keyturn/core/unstable';

import { checkoutOf, pipelinesHere } from './here.ts';

/** A credential that a pipeline of the checkout reads, and that no rotation writes. */
export interface Rotatable {
  readonly file: string;
  readonly names: readonly string[];
  /** The kinds of installed issuers that have such credentials. */
  readonly kinds: readonly string[];
}

/** What pipelines read under the names of any installed issuer, except what a rotation writes. Makes no request. */
export async function rotatableHere(
  session: Session,
  written: ReadonlySet<string>,
): Promise<readonly Rotatable[]> {
  const root = await checkoutOf(session.directory);
  if (root === undefined) return [];
  const found = new Map<string, Rotatable>();
  for (const kind of await session.adapters.kinds('issuer')) {
    const issuer = await session.issuerAdapter(kind).catch(() => undefined);
    if (issuer === undefined) continue;
    for (const { file, layout } of (await pipelinesHere(root, issuer, session)).uses) {
      const names = layoutNames(layout).toSorted();
      if (names.some((name) => written.has(name))) continue;
      const key = [file, ...names].join(' ');
      const kinds = found.get(key)?.kinds ?? [];
      if (!kinds.includes(kind)) found.set(key, { file, names, kinds: [...kinds, kind] });
    }
  }
  return [...found.values()];
}
