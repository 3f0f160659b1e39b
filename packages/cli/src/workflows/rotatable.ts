import type { IssuerAdapter } from '@keyturn/core';
import { checkoutOf, type Session } from '@keyturn/host/session';
import { layoutNames } from '@keyturn/core/unstable';

import { pipelinesHere } from './here.ts';
import type { Pipelines } from './read.ts';

/** What the pipelines of the checkout read of the credentials that one issuer has. */
export interface Reads {
  readonly adapter: IssuerAdapter;
  readonly uses: Pipelines['uses'];
}

/** What pipelines read under the names of any installed issuer, by issuer. Makes no request. */
export async function readsHere(session: Session): Promise<readonly Reads[]> {
  const root = await checkoutOf(session.directory);
  if (root === undefined) return [];
  const reads: Reads[] = [];
  for (const kind of await session.adapters.kinds('issuer')) {
    const adapter = await session.issuerAdapter(kind).catch(() => undefined);
    if (adapter === undefined) continue;
    const { uses } = await pipelinesHere(root, adapter, session);
    if (uses.length > 0) reads.push({ adapter, uses });
  }
  return reads;
}

/** Without the credentials that a rotation writes. Pure. */
export function withoutWritten(
  reads: readonly Reads[],
  written: ReadonlySet<string>,
): readonly Reads[] {
  return reads
    .map(({ adapter, uses }) => ({
      adapter,
      uses: uses.filter(({ layout }) => !layoutNames(layout).some((name) => written.has(name))),
    }))
    .filter(({ uses }) => uses.length > 0);
}

/** A credential that a pipeline of the checkout reads, and that no rotation writes. */
export interface Rotatable {
  readonly file: string;
  readonly names: readonly string[];
  /** The kinds of installed issuers that have such credentials. */
  readonly kinds: readonly string[];
}

/** The same by credential. Pure. */
export function rotatableIn(reads: readonly Reads[]): readonly Rotatable[] {
  const found = new Map<string, Rotatable>();
  for (const { adapter, uses } of reads)
    for (const { file, layout } of uses) {
      const names = layoutNames(layout).toSorted();
      const key = [file, ...names].join(' ');
      const kinds = found.get(key)?.kinds ?? [];
      if (!kinds.includes(adapter.kind))
        found.set(key, { file, names, kinds: [...kinds, adapter.kind] });
    }
  return [...found.values()];
}

/** What pipelines read under the names of any installed issuer, except what a rotation writes. Makes no request. */
export async function rotatableHere(
  session: Session,
  written: ReadonlySet<string>,
): Promise<readonly Rotatable[]> {
  return rotatableIn(withoutWritten(await readsHere(session), written));
}
