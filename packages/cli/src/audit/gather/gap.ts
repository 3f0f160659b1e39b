import { KeyturnError } from '@keyturn/core';

import type { Gap, Source } from '../evidence.ts';

/** Nothing to ask with: what an audit without credentials looks like, and no failure. */
const WITHOUT = new Set(['CREDENTIALS_MISSING', 'ADAPTER_NOT_FOUND']);

/** Makes the failure to gather something a gap; what is not ours is a bug, and an interrupt ends all. */
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
