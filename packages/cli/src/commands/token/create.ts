import { KeyturnError, parseDuration, reveal, type IssueRequest } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { table } from '../../output/style.ts';
import { withIssuer, type TokenFlags } from './call.ts';
import { deliverNew } from './deliver.ts';
import { expiryInFull, grantLines, tokenDocument } from './describe.ts';
import { issueNew } from './issue.ts';
import { mask, refuseUnmaskable } from './mask.ts';
import type { RotationConfig } from '@keyturn/host/config';

export interface TokenCreateFlags extends TokenFlags {
  readonly name: string;
  readonly ttl?: string;
  readonly sink?: string;
  readonly layout?: RotationConfig['layout'];
  readonly force?: boolean;
}

/** `keyturn token create`: a token whose secret is shown this once, or written to a sink and not shown. */
export async function tokenCreate(flags: TokenCreateFlags, host: Host): Promise<ExitCode> {
  const request = requestOf(flags);
  if (flags.sink === undefined) refuseUnmaskable(host);
  return withIssuer(flags, host, async (call) => {
    if (flags.sink !== undefined) return deliverNew(flags.sink, request, flags, call);
    const { token, fields } = await issueNew(request, call);
    const secret = reveal(fields['token'] ?? '');
    await mask(secret, call.json, host);
    const lines = [
      ...table([
        ['id', token.id],
        ['name', token.label],
        ['expires', expiryInFull(token, host.clock.now())],
        ['token', secret],
      ]),
      'The token is shown this once.',
      ...grantLines(token.id),
    ];
    call.print({ token: { ...tokenDocument(token), token: secret } }, lines, 'secret');
    return exitCodes.done;
  });
}

function requestOf({ name, ttl, sink, layout, force }: TokenCreateFlags): IssueRequest {
  if (name.trim() === '') throw usage('--name is empty', 'Choose a name that says who uses it.');
  if (sink === undefined && (layout !== undefined || force === true))
    throw usage(
      `${layout === undefined ? '--force' : '--layout'} is about a sink, and none is named`,
      'Name one with --sink.',
    );
  const lifetime = ttl === undefined ? 0 : lifetimeOf(ttl);
  return { label: name, ...(lifetime > 0 && { ttl: lifetime }) };
}

/** Milliseconds, of whole seconds. A number alone is seconds, and 0 is no end, as with `pscale service-token create --ttl`. */
function lifetimeOf(ttl: string): number {
  const hint = 'Write it like 30d, 12h or 3600 (seconds).';
  try {
    const milliseconds = parseDuration(/^\d+$/.test(ttl) && ttl !== '0' ? `${ttl}s` : ttl);
    if (milliseconds === 0 || milliseconds >= 1000) return Math.round(milliseconds / 1000) * 1000;
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw usage(`--ttl: ${error.message}`, hint);
  }
  throw usage(`--ttl ${ttl} is less than a second`, hint);
}

function usage(message: string, hint: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', message, { hint, effect: 'none' });
}
