import { KeyturnError } from '../contracts/errors.ts';

/** The error of an event that cannot happen there. */
export function invalid(why: string): KeyturnError {
  return new KeyturnError('TRANSITION_INVALID', why, { effect: 'none' });
}
