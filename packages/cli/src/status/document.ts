import { documentText, errorDocument } from '../output/json.ts';
import type { Standing } from '@keyturn/host/status';

/** The document of `status --json`. What is unknown is null, never absent. */
export function statusDocument(standings: readonly Standing[]): string {
  return documentText({
    rotations: standings.map(({ name, status, error, findings }) => ({
      ...(status ?? unknown(name)),
      findings,
      error: errorDocument(error),
    })),
  });
}

function unknown(name: string): Record<string, unknown> {
  return {
    name,
    phase: null,
    current: null,
    ageMs: null,
    maxAgeMs: null,
    due: null,
    nextDueAt: null,
    graceUntil: null,
    revokedAtTheLatest: null,
    leaked: [],
    underWay: null,
    missing: null,
    drift: null,
    retryAt: null,
    otherAccount: null,
    sinks: [],
    formerSinks: [],
    kept: [],
    attempts: [],
  };
}
