import { KeyturnError, type Secret } from '@keyturn/core';
import { responseError } from '@keyturn/http';

import type { Installation } from './connection.ts';
import type { CircleciTarget } from './target.ts';

/** Turns an answer that is no success into an error. CircleCI words some in JSON and others as plain text. */
export function refusal(
  target: CircleciTarget,
  server: Installation,
  what: string,
  response: Response,
  secrets: readonly (Secret | string)[],
): Promise<KeyturnError> {
  const needs = `The token may not do this: ${target.scope.permission}.`;
  const advice = byIdOnly(target, server);
  return responseError(response, {
    what: `${target.id}: ${what}`,
    hints: {
      400: `${advice}Is the name one that CircleCI allows, and is there room for another variable?`,
      401: 'The token in CIRCLECI_TOKEN or CIRCLE_TOKEN is wrong, expired, older than June 2023, of another CIRCLE_HOST, or no personal token: those of projects do not work here.',
      403: needs,
      404: `${advice}Either ${described(target)} is not there, or the token may not see it.`,
    },
    secrets,
  });
}

/** The error for a redirect that was followed: reads are led on, but writes are not. */
export function movedError(target: CircleciTarget, what: string, isRead: boolean): KeyturnError {
  return new KeyturnError(
    'TARGET_NOT_FOUND',
    `${target.id}: ${what} was led on to another address`,
    {
      hint: `If ${described(target)} was renamed or moved, write its new name in the target.`,
      effect: isRead ? 'none' : 'unknown',
    },
  );
}

export function described(target: CircleciTarget): string {
  if (target.kind === 'project')
    return `the project ${target.slug} (one of GitHub App or GitLab is written circleci/ORG-ID/PROJECT-ID)`;
  const { owner, context } = target;
  return `the context "${context}" or its organization ${'slug' in owner ? owner.slug : owner.id}`;
}

function byIdOnly(target: CircleciTarget, { isServer }: Installation): string {
  return isServer && target.kind === 'context' && 'slug' in target.owner
    ? 'A server knows organizations by their id only: write circleci:ORG-ID?context=NAME. '
    : '';
}

const REFUSALS: readonly string[] = ['AUTH_DENIED', 'PERMISSION_DENIED', 'TARGET_NOT_FOUND'];

/** Reads what a token that may write need not be allowed to read; nothing if it is not. */
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
