import type { ErrorCode, KeyturnError, RotationReport } from '@keyturn/core';

/** The exit codes of the process. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  incomplete: 3,
  denied: 4,
  busy: 5,
  attention: 6,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each of them means, for the manual. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done, nothing due, or waiting for the grace period',
  1: 'unexpected error: a bug',
  2: 'invalid usage or configuration',
  3: 'incomplete: a request or a write failed, or is retried later; nothing that may be in use was revoked; run it again',
  4: 'denied: credentials were rejected before anything was created',
  5: 'busy: another run holds the lock of this rotation',
  6: 'attention: something is due, out of step or unsafe, or was changed by somebody else',
  130: 'interrupted; the ledger is consistent',
};

const byCode: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE_INVALID: exitCodes.usage,
  CONFIG_INVALID: exitCodes.usage,
  ADAPTER_NOT_FOUND: exitCodes.usage,
  ADAPTER_INVALID: exitCodes.usage,
  ADAPTER_FAILED: exitCodes.bug,
  TARGET_INVALID: exitCodes.usage,
  NAME_INVALID: exitCodes.usage,
  VALUE_INVALID: exitCodes.usage,
  CREDENTIALS_MISSING: exitCodes.usage,
  AUTH_DENIED: exitCodes.denied,
  PERMISSION_DENIED: exitCodes.denied,
  GRANT_REFUSED: exitCodes.denied,
  TARGET_NOT_FOUND: exitCodes.denied,
  TOKEN_NOT_FOUND: exitCodes.usage,
  TOKEN_IN_USE: exitCodes.usage,
  LIMIT_REACHED: exitCodes.denied,
  PREDECESSOR_UNKNOWN: exitCodes.usage,
  VERIFY_FAILED: exitCodes.incomplete,
  TRIAL_FAILED: exitCodes.incomplete,
  RATE_LIMITED: exitCodes.incomplete,
  NETWORK_FAILED: exitCodes.incomplete,
  TIMED_OUT: exitCodes.incomplete,
  REMOTE_FAILED: exitCodes.incomplete,
  REMOTE_REJECTED: exitCodes.incomplete,
  ANSWER_INVALID: exitCodes.incomplete,
  FILE_UNSAFE: exitCodes.usage,
  FILE_FAILED: exitCodes.incomplete,
  STATE_BUSY: exitCodes.busy,
  STATE_CONFLICT: exitCodes.busy,
  STATE_LOST: exitCodes.busy,
  STATE_CORRUPT: exitCodes.usage,
  STATE_FAILED: exitCodes.incomplete,
  TRANSITION_INVALID: exitCodes.bug,
  INTERRUPTED: exitCodes.interrupted,
};

export function exitOf(code: ErrorCode): ExitCode {
  return byCode[code];
}

export function exitOfError(error: KeyturnError): ExitCode {
  return exitOf(error.code);
}

/** `incomplete` once something was created; before that, the code of the error. */
export function exitOfReport(report: RotationReport): ExitCode {
  if (report.outcome === 'incomplete' || report.outcome === 'waiting') return exitCodes.incomplete;
  if (report.outcome === 'drifted') return exitCodes.attention;
  if (report.outcome !== 'failed') return exitCodes.done;
  return report.error === undefined ? exitCodes.incomplete : exitOfError(report.error);
}

const severity: readonly ExitCode[] = [
  exitCodes.bug,
  exitCodes.interrupted,
  exitCodes.usage,
  exitCodes.denied,
  exitCodes.busy,
  exitCodes.incomplete,
  exitCodes.attention,
];

/** The exit code of several rotations: the most severe one. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return severity.find((code) => codes.includes(code)) ?? exitCodes.done;
}
