import type { Run } from './place.ts';

interface Report {
  readonly outcome?: string;
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

/**
 * Of two runs that start at once, one acts; the other ends with 5 and names it, or finds nothing due. Of a rival that had ended by
 * then, it finds only what it wrote.
 */
export function judgeRivals(one: Run, other: Run): string[] {
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
