import { KeyturnError, type Secret } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Installation } from './connection.ts';
import { CHECK_HOST, refusalHints, saidHints, targetRedirected } from './messages.ts';
import type { CircleciTarget } from './target.ts';

/** Turns a failed response into an error. CircleCI responds partly in JSON and partly in plain text. */
export function refusal(
  target: CircleciTarget,
  { isServer }: Installation,
  what: string,
  response: Response,
  secrets: readonly (Secret | string)[],
): Promise<KeyturnError> {
  return responseError(response, {
    what: `${target.id}: ${what}`,
    hints: refusalHints(target, isServer),
    reasons: saidHints,
    address: CHECK_HOST,
    secrets,
  });
}

/** The error for a redirect that was followed: CircleCI redirects reads, but not writes. */
export function movedError(target: CircleciTarget, what: string, isRead: boolean): KeyturnError {
  return targetRedirected(target, what, isRead ? 'none' : 'unknown');
}

const REFUSALS: readonly string[] = ['AUTH_DENIED', 'PERMISSION_DENIED', 'TARGET_NOT_FOUND'];

/** Reads what a token might not be allowed to read although it can write; returns nothing if the read is denied. */
export async function unlessRefused<Item>(
  read: () => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  try {
    return await read();
  } catch (error) {
    if (KeyturnError.is(error) && REFUSALS.includes(error.code)) return [];
    throw error;
  }
}
