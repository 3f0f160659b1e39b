import type { KeyturnError, RotationReport, SinkOutcome, TokenRef } from '@keyturn/core';

import type { MeasuredReport } from './report.ts';

export const schemaVersion = 1;

/** The one document that `rotate --json` prints. What is not known is null, never missing. */
export function rotationsDocument(reports: readonly MeasuredReport[]): unknown {
  return {
    schemaVersion,
    rotations: reports.map((report) => ({
      name: report.name,
      outcome: report.outcome,
      reason: report.reason ?? null,
      phase: report.phase,
      current: tokenDocument(report.current),
      previous: tokenDocument(report.previous),
      revoked: report.revoked,
      kept: report.kept,
      pending: report.pending.map(({ label, id }) => ({ label, id: id ?? null })),
      graceUntil: report.graceUntil ?? null,
      sinks: report.sinks.map(sinkDocument),
      error: errorDocument(report.error),
      requests: report.requests,
      durationMs: Math.round(report.durationMs),
    })),
    warnings: reports.flatMap(({ warnings }: RotationReport) => warnings),
  };
}

/** The document of a command that could not begin. */
export function failureDocument(error: KeyturnError): unknown {
  return { schemaVersion, rotations: [], warnings: [], error: errorDocument(error) };
}

/** An error in a document. */
export function errorDocument(error: KeyturnError | undefined): unknown {
  return error === undefined
    ? null
    : { code: error.code, message: error.message, hint: error.hint ?? null };
}

function tokenDocument(token: TokenRef | undefined): unknown {
  if (token === undefined) return null;
  const { id, label, issuedAt, expiresAt } = token;
  return { id, label, issuedAt, expiresAt: expiresAt ?? null };
}

function sinkDocument({ id, status, error }: SinkOutcome): unknown {
  return { id, status, ...(error !== undefined && { error: errorDocument(error) }) };
}
