import type { KeyturnError, RotationReport, SinkOutcome, TokenRef } from '@keyturn/core';

import type { MeasuredReport } from '@keyturn/host';

export const schemaVersion = 1;

type Failure = Pick<KeyturnError, 'message' | 'hint'> & { readonly code: string | null };

/** What every command prints with `--json`: one line, with the version first and the warnings last. */
export function documentText(content: object, warnings: readonly string[] = []): string {
  return `${JSON.stringify({ schemaVersion, ...content, warnings })}\n`;
}

/** The document of `rotate --json`. */
export function rotationsDocument(reports: readonly MeasuredReport[]): string {
  return documentText(
    { rotations: reports.map(rotationDocument) },
    reports.flatMap(({ warnings }: RotationReport) => warnings),
  );
}

/** A rotation in a document. What is unknown is null, never absent. */
export function rotationDocument(report: MeasuredReport): object {
  return {
    name: report.name,
    outcome: report.outcome,
    drifted: report.drifted,
    retryAt: report.retryAt ?? null,
    reason: report.reason ?? null,
    phase: report.phase,
    current: tokenDocument(report.current),
    previous: tokenDocument(report.previous),
    revoked: report.revoked,
    kept: report.kept,
    grants: report.grants ?? null,
    pending: report.pending.map(({ label, id }) => ({ label, id: id ?? null })),
    graceUntil: report.graceUntil ?? null,
    sinks: report.sinks.map(sinkDocument),
    error: errorDocument(report.error),
    requests: report.requests,
    estimate: report.estimate ?? null,
    durationMs: Math.round(report.durationMs),
  };
}

/** The document of a command that failed as a whole. An unexpected error has no code. */
export function failureDocument(error: Failure): string {
  return documentText({ rotations: [], error: errorDocument(error) });
}

/** An error in a document. */
export function errorDocument(error: Failure | undefined): unknown {
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
