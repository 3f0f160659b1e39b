import { printable, reveal, withoutSecrets, type Effect, type Secret } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import { child, textOf, type Element } from './xml.ts';

/** What AWS refuses, as it says it. */
export interface Failure {
  readonly status: number;
  /** AWS's own: `AccessDenied`. Empty if the answer is not one of AWS's. */
  readonly code: string;
  /** Escaped, without secrets. */
  readonly message: string;
  readonly effect: Effect;
  /** AWS did not process the request, and may in a moment. */
  readonly isBusy: boolean;
}

const BUSY = [
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'EntityTemporarilyUnmodifiable',
  'ConcurrentModification',
];
const MOST_TEXT = 300;

/** Reads a refused response. Whether it had an effect is what the fetch knows of it. */
export async function failureOf(
  response: Response,
  root: Element | undefined,
  secrets: readonly (Secret | undefined)[],
): Promise<Failure> {
  const { status } = response;
  const answer = root?.name === 'ErrorResponse' ? root : undefined;
  // Some servers put it into a list.
  const error = child(answer, 'Error') ?? child(child(answer, 'Errors'), 'Error');
  const code = textOf(error, 'Code') ?? '';
  const values = secrets.filter((one) => one !== undefined).map(reveal);
  const said = withoutSecrets((textOf(error, 'Message') ?? '').slice(0, 4000), values);
  const { effect } = await responseError(response, { what: '' });
  return {
    status,
    code: /^[A-Za-z0-9.]{1,64}$/.test(code) ? code : '',
    message: printable(said, MOST_TEXT),
    effect,
    isBusy: status < 500 && BUSY.includes(code),
  };
}
