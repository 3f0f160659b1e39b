import { refuse } from '../../http/answer.ts';
import { failure } from './answers.ts';

// docs: guides/security/contexts, "Environment variable usage" and its limits.
const MAXIMUM_LENGTH = 32 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,299}$/;

export function checkName(name: string): string {
  return NAME.test(name)
    ? name
    : refuse(failure(400, 'The name of an environment variable is not valid.'));
}

export function checkValue(value: string): string {
  return value.length > MAXIMUM_LENGTH
    ? refuse(failure(400, 'The value of an environment variable is too long.'))
    : value;
}

/** The last four ASCII characters of a value; nothing of one that has no more than those. */
export function tailOf(value: string): string {
  return value.length > 4 ? value.replaceAll(/[^\p{ASCII}]/gu, '').slice(-4) : '';
}

/** A value as a project shows it. */
export const masked = (value: string): string => `xxxx${tailOf(value)}`;
