import { json, refuse } from '../http/answer.ts';
import { isObject, parseBody, type Call, type JsonObject } from '../http/call.ts';
import type { Fault } from '../http/faults.ts';

/** Ends a control request with 400 and what is wrong with it. */
export const invalid = (message: string): never => refuse(json(400, { message }));

/** The body as an object with no other keys than these, so that a typo does not pass unseen. */
export function objectBody(call: Call, keys: readonly string[]): JsonObject {
  return checkKeys('the body', parseBody(call), keys);
}

/** One fault or a list of them, checked. */
export function faultsBody(call: Call): Fault[] {
  const body = parseBody(call);
  return (Array.isArray(body) ? body : [body]).map(checkFault);
}

/** A number that is not negative, or 0 where it is left out. */
export function amount(value: unknown, name: string): number {
  if (value === undefined) return 0;
  return typeof value === 'number' && value >= 0
    ? value
    : invalid(`${name} must be a number from 0`);
}

export function optionalText(value: unknown, name: string): string | undefined {
  return value === undefined || typeof value === 'string' ? value : invalid(`${name} must be text`);
}

const HAPPENINGS = ['status', 'delayMs', 'reset', 'dropResponse', 'holdMs', 'dropRequest'];
const ACTION_KEYS = [...HAPPENINGS, 'headers', 'body'];
const FAULT_KEYS = ['provider', 'method', 'path', 'times', 'after', 'action'];

function checkFault(given: unknown): Fault {
  const fault = checkKeys('a fault', given, FAULT_KEYS);
  const action = checkKeys('action', fault['action'], ACTION_KEYS);
  if (!HAPPENINGS.some((key) => key in action))
    invalid(`action needs a ${HAPPENINGS.slice(0, -1).join(', ')} or ${HAPPENINGS.at(-1)}`);
  for (const key of ['provider', 'method', 'path']) optionalText(fault[key], key);
  for (const key of ['times', 'after']) amount(fault[key], key);
  checkPattern((fault['path'] ?? '') as string);
  for (const key of ['delayMs', 'holdMs']) amount(action[key], key);
  for (const key of ['reset', 'dropResponse', 'dropRequest'])
    if (typeof (action[key] ?? false) !== 'boolean') invalid(`${key} must be true or false`);
  const { status = 200, headers = {} } = action;
  if (!Number.isInteger(status) || (status as number) < 200 || (status as number) > 599)
    invalid('status must be from 200 to 599');
  if (!isObject(headers) || Object.values(headers).some((value) => typeof value !== 'string'))
    invalid('headers must be an object of texts');
  return { ...(fault as Omit<Fault, 'action'>), action };
}

/** The value as an object with no other keys than these. */
export function checkKeys(what: string, given: unknown, keys: readonly string[]): JsonObject {
  if (!isObject(given)) return invalid(`${what} must be a JSON object`);
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    return invalid(`${what} has no "${unknown}"; it may have ${keys.join(', ')}`);
  return given;
}

function checkPattern(path: string): void {
  try {
    void new RegExp(path);
  } catch {
    invalid('path must be a regular expression');
  }
}
