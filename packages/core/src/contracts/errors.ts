import { printable } from '../text/text.ts';

/**
 * Every code of a {@link KeyturnError}, and whether a retry can succeed.
 *
 * Codes do not change within a major version; messages can. `docs/errors.md` describes each code.
 */
export const errorCodes = {
  USAGE_INVALID: { retryable: false },
  CONFIG_INVALID: { retryable: false },
  ADAPTER_NOT_FOUND: { retryable: false },
  ADAPTER_INVALID: { retryable: false },
  ADAPTER_FAILED: { retryable: false },
  TARGET_INVALID: { retryable: false },
  NAME_INVALID: { retryable: false },
  VALUE_INVALID: { retryable: false },
  CREDENTIALS_MISSING: { retryable: false },
  AUTH_DENIED: { retryable: false },
  PERMISSION_DENIED: { retryable: false },
  GRANT_REFUSED: { retryable: false },
  TARGET_NOT_FOUND: { retryable: false },
  TOKEN_NOT_FOUND: { retryable: false },
  TOKEN_IN_USE: { retryable: false },
  LIMIT_REACHED: { retryable: false },
  PREDECESSOR_UNKNOWN: { retryable: false },
  VERIFY_FAILED: { retryable: true },
  TRIAL_FAILED: { retryable: false },
  RATE_LIMITED: { retryable: true },
  NETWORK_FAILED: { retryable: true },
  TIMED_OUT: { retryable: true },
  REMOTE_FAILED: { retryable: true },
  REMOTE_REJECTED: { retryable: false },
  ANSWER_INVALID: { retryable: true },
  FILE_UNSAFE: { retryable: false },
  FILE_FAILED: { retryable: false },
  STATE_BUSY: { retryable: true },
  STATE_CONFLICT: { retryable: true },
  STATE_LOST: { retryable: true },
  STATE_CORRUPT: { retryable: false },
  STATE_FAILED: { retryable: false },
  TRANSITION_INVALID: { retryable: false },
  INTERRUPTED: { retryable: true },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Whether the failed call might have changed something. `none` means that it certainly did not. */
export type Effect = 'none' | 'unknown';

export interface KeyturnErrorOptions {
  /** What to do next, in one sentence. */
  readonly hint?: string;
  /** @default 'unknown' */
  readonly effect?: Effect;
}

const BRAND = Symbol.for('keyturn.error');

/**
 * The only error that keyturn throws: a code, a message (what happened, and where) and a hint (what to do next).
 *
 * It contains no request, header, body or cause, so it can be printed in full: foreign text is escaped, and known secrets in
 * it are blanked. Use {@link KeyturnError.is} instead of `instanceof`, because several copies of core can be
 * installed.
 */
export class KeyturnError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly effect: Effect;

  constructor(code: ErrorCode, message: string, options: KeyturnErrorOptions = {}) {
    super(printable(message));
    this.name = 'KeyturnError';
    this.code = code;
    this.hint = options.hint === undefined ? undefined : printable(options.hint);
    this.effect = options.effect ?? 'unknown';
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether the same call can succeed later without any changes. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  toJSON(): { code: ErrorCode; message: string; hint: string | undefined } {
    return { code: this.code, message: this.message, hint: this.hint };
  }

  static is(value: unknown): value is KeyturnError {
    return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === true;
  }
}

/** Returns a {@link KeyturnError} with another effect, because several calls can have more effect than the one that failed. Returns anything else as it is. */
export function withEffect<Thrown>(error: Thrown, effect: Effect): Thrown | KeyturnError {
  if (!KeyturnError.is(error)) return error;
  const { code, message, hint } = error;
  return new KeyturnError(code, message, { effect, ...(hint !== undefined && { hint }) });
}
