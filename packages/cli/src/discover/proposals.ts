import type { FoundUsage, IssuerAdapter, Layout } from '@keyturn/core';
import { layoutNames } from '@keyturn/core/unstable';
import { kindOf, type Session } from '@keyturn/host/session';

import type { Addition } from '../scaffold/edit-config.ts';
import { withoutWritten, type Reads } from '../workflows/rotatable.ts';
import type { Pipelines } from '../workflows/read.ts';
import { groupBy } from './group.ts';
import type { Kept } from './kept.ts';
import { signatureOf } from './layouts.ts';
import { free, stemFor } from './propose.ts';

/** A rotation of what pipelines of the checkout read, which nothing writes yet. */
export interface Proposal {
  readonly issuer: IssuerAdapter;
  readonly rotation: string;
  readonly layout: Layout;
  /** The pipelines that read it. */
  readonly files: readonly string[];
  readonly sinks: readonly string[];
  /** Whether the sinks exist: otherwise they are to be filled in. */
  readonly isSure: boolean;
  readonly fixed: Pipelines['uses'][number]['fixed'];
}

/** The names in a pipeline's reads, to search for them. */
export function namesRead(reads: readonly Reads[]): string[] {
  return [
    ...new Set(reads.flatMap(({ uses }) => uses.flatMap(({ layout }) => layoutNames(layout)))),
  ];
}

/**
 * One rotation for each issuer whose credentials pipelines read, each CI system and each layout, except what a rotation writes or is
 * added. One credential may fit several issuers: only the user knows what it is.
 */
export async function proposalsFor(
  reads: readonly Reads[],
  { kept, additions }: { readonly kept: readonly Kept[]; readonly additions: readonly Addition[] },
  usages: readonly FoundUsage[],
  session: Session,
): Promise<readonly Proposal[]> {
  const layouts = [...kept.flatMap((one) => one.layouts), ...additions.map((one) => one.layout)];
  const written = new Set(layouts.flatMap((layout) => layoutNames(layout)));
  const taken = new Set([
    ...kept.map(({ rotation }) => rotation.name),
    ...additions.map(({ rotation }) => rotation),
  ]);
  const proposals: Proposal[] = [];
  for (const { adapter, uses } of withoutWritten(reads, written))
    for (const group of groupBy(
      uses,
      ({ kind, layout }) => `${kind} ${signatureOf(layout)}`,
    ).values()) {
      const [first] = group;
      if (first === undefined) continue;
      const { kind, layout } = first;
      const sinks = await sinksOf(kind, layout, usages, session);
      proposals.push({
        issuer: adapter,
        rotation: free(stemFor(kind, adapter.kind), taken),
        layout,
        files: [...new Set(group.map(({ file }) => file))],
        sinks: sinks ?? [`${kind}:OWNER/PROJECT`],
        isSure: sinks !== undefined,
        fixed: group.flatMap(({ fixed }) => fixed),
      });
    }
  return proposals;
}

/** Where all names were found, otherwise the project of the checkout; undefined if that is unknown. */
async function sinksOf(
  kind: string,
  layout: Layout,
  usages: readonly FoundUsage[],
  session: Session,
): Promise<readonly string[] | undefined> {
  const names = layoutNames(layout);
  const places = groupBy(
    usages.filter(({ target }) => kindOf(target) === kind),
    ({ target }) => target,
  );
  const whole = [...places].flatMap(([target, stored]) =>
    names.every((name) => stored.some((one) => one.name === name)) ? [target] : [],
  );
  if (whole.length > 0) return whole.toSorted();
  const target = await session.infer(kind).catch(() => undefined);
  return target === undefined ? undefined : [target];
}
