import { KeyturnError, type FoundUsage, type SkippedUsage } from '@keyturn/core';

import { ownKinds } from '../adapters/load.ts';
import type { Session } from '../setup/session.ts';

/** What was found, and what was not looked at. */
export interface Findings {
  readonly usages: readonly FoundUsage[];
  readonly skipped: readonly SkippedUsage[];
  /** Scopes that could not be looked through at all. */
  readonly failures: readonly Failure[];
}

interface Failure {
  /** As it was named: `github:acme`, or only its kind. */
  readonly scope: string;
  readonly error: KeyturnError;
  /** The user named it. */
  readonly isAsked: boolean;
}

/**
 * Looks through the scopes, all kinds at once; without any, through what each installed kind infers. A scope that fails does not
 * stop the others.
 */
export async function search(
  scopes: readonly string[],
  names: readonly string[],
  session: Session,
  found: (count: number) => void,
): Promise<Findings> {
  const isAsked = scopes.length > 0;
  const usages = new Map<string, FoundUsage>();
  const targets = new Set<string>();
  const skipped = new Map<string, SkippedUsage>();
  const failures: Failure[] = [];
  await Promise.all(
    (isAsked ? scopes : ownKinds.sink).map(async (scope) => {
      try {
        for await (const usage of (await session.usages(scope, names)) ?? unable(scope, isAsked)) {
          if ('skipped' in usage) skipped.set(usage.skipped, usage);
          else {
            usages.set(`${usage.target} ${usage.name}`, usage);
            found(targets.add(usage.target).size);
          }
        }
      } catch (error) {
        if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
        if (!isAsked && error.code === 'ADAPTER_NOT_FOUND') return;
        failures.push({ scope, error, isAsked });
      }
    }),
  );
  return { usages: [...usages.values()], skipped: [...skipped.values()], failures };
}

function unable(scope: string, isAsked: boolean): readonly SkippedUsage[] {
  if (!isAsked) return [];
  throw new KeyturnError('USAGE_INVALID', `${scope}: its kind cannot tell where secrets are used`, {
    hint: 'Name its targets in the configuration.',
    effect: 'none',
  });
}
