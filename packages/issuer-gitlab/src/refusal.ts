import type { KeyturnError, Secret } from '@keyturn/core';
import { responseError, type ResponseErrorOptions } from '@keyturn/http';

import * as messages from './messages.ts';

/** The plain error of a response, without another request. */
export function errorFrom(
  response: Response,
  token: Secret,
  options: ResponseErrorOptions,
): Promise<KeyturnError> {
  return responseError(response, {
    hints: messages.tokenHints,
    reasons: messages.saidHints,
    address: messages.CHECK_HOST,
    ...options,
    secrets: [token],
  });
}
