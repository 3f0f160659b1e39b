import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What AWS calls such refusals. */
const awsCodes: Readonly<Record<number, string>> = {
  400: 'ValidationError',
  401: 'InvalidClientTokenId',
  403: 'AccessDenied',
  404: 'NoSuchEntity',
  409: 'DeleteConflict',
  422: 'InvalidInput',
  429: 'Throttling',
  500: 'ServiceFailure',
};

/**
 * A refusal in the words of a provider. It repeats what was sent, credentials too, and tries to colour the terminal: none of that
 * may come out at the other end.
 */
export function refusal(provider: string, status: number, sent: string): string {
  const message = `${status} \u001B[31mrefused\u001B[0m: ${sent}`;
  // XML cannot contain such a character: this server is hostile.
  if (provider === 'aws')
    return `<ErrorResponse><Error><Type>Sender</Type><Code>${awsCodes[status] ?? 'Refused'}</Code><Message>${message.replaceAll('&', '&amp;')}</Message></Error></ErrorResponse>`;
  return JSON.stringify(provider === 'planetscale' ? { code: 'refused', message } : { message });
}

/** Half of the body, so that it is JSON no more. */
export function cut(body: string): string {
  return body.length < 2 ? '{"' : body.slice(0, body.length >> 1);
}

/** JSON of another kind: a list where there was an object, an object where there was a list. */
export function other(body: string): string {
  return body.startsWith('[') ? '{"items":[7]}' : '[[], null, "text", 7]';
}

/** The same structure with every value of another type. */
export function inside(body: string): string {
  try {
    return JSON.stringify(changed(JSON.parse(body)));
  } catch {
    return '{"id":7,"items":"x","data":{},"value":[]}';
  }
}

function changed(value: unknown): unknown {
  if (typeof value === 'string') return value.length;
  if (typeof value === 'number') return `${value} things`;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(changed);
  if (typeof value !== 'object' || value === null) return { was: String(value) };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, changed(inner)]));
}

const MEGABYTE = ' '.repeat(1024 * 1024);

/** Sends 50 MB, as fast as they are taken, until nobody takes them any more. */
export async function flood(response: ServerResponse): Promise<void> {
  response.write('{"padding":"');
  for (let i = 0; i < 50 && !response.destroyed; i++)
    await new Promise((resolve) => response.write(MEGABYTE, resolve));
  response.end('"}');
}

/** Sends a byte now and then, for ever. */
export async function drip(response: ServerResponse): Promise<void> {
  while (!response.destroyed) {
    response.write(' ');
    await sleep(10);
  }
}
