import { KeyturnError, printable, type TokenInfo } from '@keyturn/core';
import { storedNames } from '@keyturn/core/unstable';
import { mapLimited, Session } from '@keyturn/host/session';
import { about, listed } from '@keyturn/host/text';

import type { Discovery } from '../discover/discover.ts';
import type { Host } from '../host.ts';
import { firstTokenMissing } from '../messages.ts';
import type { Addition } from '../scaffold/edit-config.ts';
import { withTokens } from './adopting.ts';

/** How many sinks are checked at once. */
const CONCURRENCY = 16;
const MOST_LISTED = 3;

/** Why the first plan would fail, before anything is written: sinks that cannot be written, and tokens that are not known. */
export async function missingForPlan(
  discovery: Discovery,
  additions: readonly Addition[],
  tokens: readonly TokenInfo[] | undefined,
  host: Host,
): Promise<string[]> {
  const sinks = await sinkProblems(discovery, additions, host);
  const fresh = freshAmong(additions, discovery);
  const known = tokens?.map(({ id, label }) => `${id} ${printable(label)}`.trim()) ?? [];
  return [
    ...sinks,
    ...fresh.map(({ rotation, sinks: all }) =>
      firstTokenMissing(rotation, listed(all, MOST_LISTED), listed(known, MOST_LISTED)),
    ),
  ];
}

/** The new rotations that have no token yet that could be adopted. */
export function freshAmong(
  additions: readonly Addition[],
  discovery: Pick<Discovery, 'places'>,
): readonly Addition[] {
  return additions.filter(
    ({ rotation, isNew, sinks }) =>
      isNew && withTokens([{ name: rotation, sinks }], discovery).length === 0,
  );
}

async function sinkProblems(
  { config }: Discovery,
  additions: readonly Addition[],
  host: Host,
): Promise<string[]> {
  const session = new Session(host, config?.directory ?? host.directory);
  try {
    const all = additions.flatMap(({ sinks, layout }) =>
      sinks.map((target) => ({ target, names: storedNames(layout) })),
    );
    const problems = await mapLimited(all, CONCURRENCY, async ({ target, names }) => {
      try {
        await (await session.sink(target)).check(names, host);
        return [];
      } catch (error) {
        if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
        const { message, hint } = error;
        return [`${about(target, message)}${hint === undefined ? '' : `. ${hint}`}`];
      }
    });
    return problems.flat();
  } finally {
    await session.close();
  }
}
