import type { Run } from './place.ts';

interface Report {
  readonly outcome?: string;
  readonly kept?: readonly { readonly id: string; readonly reason: string }[];
  readonly error?: { readonly code?: string; readonly message?: string } | null;
}

/** What a run reported about its rotation; empty if it was killed. */
export function reportOf({ stdout }: Run): Report {
  try {
    const { rotations, error } = JSON.parse(stdout) as {
      rotations?: Report[];
      error?: Report['error'];
    };
    return rotations?.[0] ?? { error: error ?? null };
  } catch {
    return {};
  }
}

export function isDone(run: Run): boolean {
  const { outcome } = reportOf(run);
  return outcome === 'rotated' || outcome === 'current';
}

export const isBusy = ({ code }: Run): boolean => code === 5;

/** What is not ended, because only a ledger that others can write says that it is the rotation's. */
export const unnamedIn = (run: Run): readonly string[] =>
  (reportOf(run).kept ?? []).filter(({ reason }) => reason === 'unnamed').map(({ id }) => id);

/** The issuer allows no more tokens, and jobs may use all that there are. */
export const isFull = (run: Run): boolean => reportOf(run).error?.code === 'LIMIT_REACHED';

/** The tokens that the message of such a run names, with how many sinks have each. */
export function tokensNamed(run: Run): { readonly id: string; readonly sinks: number }[] {
  const [, named = ''] = /by itself: (.+)$/.exec(reportOf(run).error?.message ?? '') ?? [];
  return named.split('; ').flatMap((one) => {
    const [, id = '', sinks = ''] = /^(\w+) \((.+)\)$/.exec(one) ?? [];
    return id === '' ? [] : [{ id, sinks: sinks === 'no sink' ? 0 : sinks.split(', ').length }];
  });
}

/**
 * Of two runs that start at once, one acts; the other ends with 5 and names it, or finds nothing due. Of a rival that had ended by
 * then, it finds only what it wrote.
 *
 * @param mayBeLocked whether a run that is gone may still hold the lock: then both end with 5 and name that one
 */
export function judgeRivals(one: Run, other: Run, mayBeLocked: boolean): string[] {
  if (mayBeLocked && isBusy(one) && reportOf(one).error?.message === reportOf(other).error?.message)
    return [];
  const problems: string[] = [];
  if (isBusy(one) && isBusy(other)) problems.push('rivals: both ended with 5');
  for (const [run, rival] of [
    [one, other],
    [other, one],
  ] as const) {
    const { code, message = '' } = reportOf(run).error ?? {};
    const isNamed = message.includes(String(rival.pid));
    const isTooLate = code === 'STATE_CONFLICT' && rival.at < run.at;
    if (isBusy(run) && !isNamed && !isTooLate)
      problems.push(`rivals: ${run.pid} does not name ${rival.pid}: ${code} ${message}`);
  }
  return problems;
}
