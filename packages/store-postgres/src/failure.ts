import { codeOf, type Effect } from '@keyturn/core';

import { storeFailed } from './messages.ts';

interface Details {
  readonly sqlstate?: string | undefined;
  readonly code?: string | undefined;
  readonly sent: boolean;
}

/**
 * A statement or a connection that failed. Keeps codes only: the texts of servers and libraries may contain values, hosts and
 * passwords. Never leaves the package: see {@link failed}.
 */
export class DatabaseFailure extends Error {
  /** `refused`: the server answered, and nothing was changed. Otherwise the connection is gone. */
  readonly kind: 'refused' | 'broken' | 'unreachable';
  /** PostgreSQL's code, five letters or digits. */
  readonly sqlstate: string | undefined;
  /** Another code: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `timeout`. */
  readonly code: string | undefined;
  /** The statement may have reached the server. */
  readonly sent: boolean;

  constructor(kind: DatabaseFailure['kind'], { sqlstate, code, sent }: Details) {
    super(kind);
    this.name = 'DatabaseFailure';
    this.kind = kind;
    this.sqlstate = sqlstate;
    this.code = code;
    this.sent = sent;
  }
}

export function isFailure(error: unknown): error is DatabaseFailure {
  return error instanceof DatabaseFailure;
}

/** PostgreSQL's code of an error; undefined if the server did not send one. */
export function sqlstateOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)
    ? code
    : undefined;
}

const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/does not support SSL/, 'no-tls'],
  [/establishing an SSL connection/, 'no-tls'],
  [/timeout expired/, 'timeout'],
  [/SASL|SCRAM/, 'sasl'],
  [/terminated unexpectedly/, 'ended'],
];

/** Another code of an error: of the operating system, of TLS, or what the client library said. */
export function otherCodeOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  const text = error instanceof Error ? error.message : '';
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1];
}

/** A failure as the user gets it. Other errors are returned as they are. */
export function failed(where: string, error: unknown, effect: Effect = 'none'): unknown {
  if (!isFailure(error)) return error;
  const isCertain = error.kind === 'refused' || !error.sent;
  return storeFailed(where, error, isCertain ? 'none' : effect);
}

/** Runs `action`; a failure of the database becomes a `KeyturnError`. */
export async function guarded<Result>(
  where: string,
  action: () => Promise<Result>,
  effect: Effect = 'none',
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw failed(where, error, effect);
  }
}
