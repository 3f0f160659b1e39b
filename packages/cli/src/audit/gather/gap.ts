import { KeyturnError } from '@keyturn/core';

import type { Gap, Source } from '../evidence.ts';

/** Nothing to ask with: an audit without credentials is not a failure. */
const WITHOUT = new Set(['CREDENTIALS_MISSING', 'ADAPTER_NOT_FOUND']);

/** Turns an error into a gap. Other errors are bugs, and an interrupt ends the audit. */
export function gapOf(source: Source, subject: string, error: unknown): Gap {
  if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
  return {
    source,
    subject,
    reason: error.message.replace(`${subject}: `, ''),
    ...(error.hint !== undefined && { fix: error.hint }),
    ...(!WITHOUT.has(error.code) && { error }),
  };
}
