import { KeyturnError } from '@keyturn/core';

/** The same error, of what cannot have changed anything that a job reads. */
export function withoutEffect({ code, message, hint }: KeyturnError): KeyturnError {
  return new KeyturnError(code, message, { effect: 'none', ...(hint !== undefined && { hint }) });
}
