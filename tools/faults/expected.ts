import { exceptions } from './exceptions.ts';
import type { Fault } from './fault.ts';
import type { Purpose, Row } from './row.ts';

/** The code that a fault comes to, and why. */
export const codes: Readonly<Record<string, { readonly code: string; readonly why: string }>> = {
  '400': { code: 'REMOTE_REJECTED', why: 'refused, and certainly nothing was done' },
  '401': { code: 'AUTH_DENIED', why: 'refused, and certainly nothing was done' },
  '403': { code: 'PERMISSION_DENIED', why: 'refused, and certainly nothing was done' },
  '404': { code: 'TARGET_NOT_FOUND', why: 'the hint says both: not there, or not to be seen' },
  '409': { code: 'REMOTE_REJECTED', why: 'refused, and certainly nothing was done' },
  '422': { code: 'REMOTE_REJECTED', why: 'refused, and certainly nothing was done' },
  '429': { code: 'RATE_LIMITED', why: 'tried again four times, with growing waits' },
  '429 after 2 s': { code: 'RATE_LIMITED', why: 'tried again four times, no sooner than asked' },
  '429 after 3600 s': {
    code: 'RATE_LIMITED',
    why: 'nobody waits for an hour: it says when to come',
  },
  '500': { code: 'REMOTE_FAILED', why: 'reads are tried again; of a write nobody knows' },
  '502 page': {
    code: 'REMOTE_FAILED',
    why: 'as 500; of the page nothing is shown but that it is one',
  },
  reset: { code: 'NETWORK_FAILED', why: 'reads are tried again; of a write nobody knows' },
  'no answer': { code: 'TIMED_OUT', why: 'as a reset, once the time for headers is over' },
  'answer lost': { code: 'NETWORK_FAILED', why: 'as a reset: the two look the same from here' },
  'cut JSON': { code: 'ANSWER_INVALID', why: 'what cannot be read tells nothing' },
  'other JSON': { code: 'ANSWER_INVALID', why: 'what cannot be read tells nothing' },
  'other fields': { code: 'ANSWER_INVALID', why: 'a field of another type tells nothing' },
  '50 MB': { code: 'ANSWER_INVALID', why: 'broken off at 8 MiB' },
  drip: { code: 'TIMED_OUT', why: 'broken off once the time for a whole answer is over' },
  redirect: { code: 'ANSWER_INVALID', why: 'credentials do not follow to another host' },
  'expired TLS': { code: 'NETWORK_FAILED', why: 'nothing was sent' },
};

/** Faults after which it is certain that nothing was done. */
const certain = /^(?:4|expired)/;

/** What comes of a fault by what the request is for, and why. `CODE` stands for the fault's. */
export const purposes: Readonly<
  Record<Purpose, { readonly result: string; readonly why: string }>
> = {
  look: {
    result: 'failed CODE',
    why: 'before anything is created, everything is looked at: nothing has changed',
  },
  aside: { result: 'rotated', why: 'the question is optional, and nothing follows from no answer' },
  create: {
    result: 'failed CODE',
    why: 'a refusal is final; after anything else the token is looked for by its label and revoked, and another is asked for, three at most',
  },
  'look-up': {
    result: 'incomplete CODE',
    why: 'the next token is in place, but whether the lost one exists nobody knows: every later run looks again',
  },
  prove: {
    result: 'failed CODE',
    why: 'a token that is not proved is revoked before any sink has seen it',
  },
  prepare: {
    result: 'incomplete CODE',
    why: 'read before a write: this sink keeps the old token, the others get the new one, and both stay valid',
  },
  write: {
    result: 'incomplete CODE',
    why: 'the sink may hold either token, so neither is revoked; the other sinks get the new one',
  },
  proof: {
    result: 'incomplete CODE',
    why: 'a failed look proves nothing: the write is as unanswered as it was, and no other is made without a look',
  },
  settle: {
    result: 'incomplete CODE',
    why: 'what the sink holds is not known, so no token that it may hold is revoked',
  },
  revoke: {
    result: 'incomplete CODE',
    why: 'the token is kept in mind until it is known to be gone; the new one is in place',
  },
  search: {
    result: 'skipped',
    why: 'one place that cannot be read is named as not looked at, and stops nothing',
  },
  read: { result: 'CODE', why: 'a call that only reads has no effect' },
  change: { result: 'CODE', why: 'a call that changes something says where it is unsure' },
};

/** What has to come of a fault in a request. */
export function expected(
  row: Row,
  fault: Fault,
): { readonly result: string; readonly breaks?: RegExp } {
  const exception = exceptions.find(
    ({ rows, faults }) =>
      rows.test(`${row.provider} ${row.request}`) && faults.includes(fault.name),
  );
  const { code = '' } = codes[fault.name] ?? {};
  if (exception !== undefined)
    return { ...exception, result: exception.result.replace('CODE', code) };
  const result = purposes[row.purpose].result.replace('CODE', code);
  const isUnsure =
    row.purpose === 'change' && !row.request.startsWith('GET') && !certain.test(fault.name);
  return { result: isUnsure ? `${result}, unsure` : result };
}
