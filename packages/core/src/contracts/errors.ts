import { printable } from '../text/text.ts';

/**
 * Every code a {@link KeyturnError} can have, with whether the same call may succeed later.
 *
 * The list is closed: codes do not change between major versions, messages may. Each has its
 * paragraph in `docs/errors.md`.
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

/** Whether the failed call may have changed something: `none` only where that is certain. */
export type Effect = 'none' | 'unknown';

export interface KeyturnErrorOptions {
  /** One sentence that says what to do. */
  readonly hint?: string;
  /** @default 'unknown' */
  readonly effect?: Effect;
}

const BRAND = Symbol.for('keyturn.error');

/**
 * The one error of keyturn: a code, what happened and where, and a hint that says what to do.
 *
 * It stores no request, header, body or cause, so it can be printed at any depth. Text from outside
 * has its control characters escaped. Recognised by a brand, since two copies of core may be installed.
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

  /** The same call may succeed later without anything being changed by hand. */
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

/** The same error with another effect: what a call says of itself does not hold for all that was done around it. Else what it is given. */
export function withEffect<Thrown>(error: Thrown, effect: Effect): Thrown | KeyturnError {
  if (!KeyturnError.is(error)) return error;
  const { code, message, hint } = error;
  return new KeyturnError(code, message, { effect, ...(hint !== undefined && { hint }) });
}
