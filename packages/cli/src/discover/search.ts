import { KeyturnError, type FoundUsage, type SkippedUsage } from '@keyturn/core';
import type { Session } from '@keyturn/host/session';

import { scopeNotSearchable } from '../messages.ts';

/** What was found, and what was not searched. */
export interface Findings {
  readonly usages: readonly FoundUsage[];
  readonly skipped: readonly SkippedUsage[];
  /** Scopes that could not be searched at all. */
  readonly failures: readonly Failure[];
  /** No scope was searched, so an empty result means nothing. */
  readonly isBlind: boolean;
}

interface Failure {
  /** As it was named: `KIND:OWNER`, or only the kind. */
  readonly scope: string;
  readonly error: KeyturnError;
  /** The user named it. */
  readonly isAsked: boolean;
}

/**
 * Searches all scopes at once; without any, those that the installed kinds infer. A failed scope does not stop the others.
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
  const before = new Map(session.requests);
  let looked = 0;
  await Promise.all(
    (isAsked ? scopes : await session.adapters.kinds('sink')).map(async (scope) => {
      try {
        for await (const usage of (await session.usages(scope, names)) ?? unable(scope, isAsked)) {
          if ('skipped' in usage) skipped.set(usage.skipped, usage);
          else {
            usages.set(`${usage.target} ${usage.name}`, usage);
            found(targets.add(usage.target).size);
          }
        }
        // A kind without any hint of its use makes no request.
        if (isAsked || (session.requestsSince(before)[scope] ?? 0) > 0) looked++;
      } catch (error) {
        if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
        if (!isAsked && error.code === 'ADAPTER_NOT_FOUND') return;
        failures.push({ scope, error, isAsked });
      }
    }),
  );
  const isBlind = usages.size === 0 && looked === 0;
  return { usages: [...usages.values()], skipped: [...skipped.values()], failures, isBlind };
}

function unable(scope: string, isAsked: boolean): readonly SkippedUsage[] {
  if (!isAsked) return [];
  throw scopeNotSearchable(scope);
}
