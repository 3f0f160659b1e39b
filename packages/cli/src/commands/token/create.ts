import { KeyturnError, parseDuration, reveal, type IssueRequest } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import {
  lifetimeInvalid,
  lifetimeTooShort,
  nameEmpty,
  optionWithoutSink,
  shownOnce,
} from '../../messages.ts';
import { table } from '../../output/style.ts';
import { withIssuer } from './call.ts';
import { deliverNew } from './deliver.ts';
import { expiryInFull, grantLines, tokenDocument } from './describe.ts';
import { issueNew } from './issue.ts';
import { mask, refuseUnmaskable } from './mask.ts';
import type { TokenCreateFlags } from './flags.ts';

/** `keyturn token create`: creates a token, and shows its secret once or delivers it to a sink. */
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
      shownOnce(),
      ...grantLines(token.id),
    ];
    call.print({ token: { ...tokenDocument(token), token: secret } }, lines, 'secret');
    return exitCodes.done;
  });
}

function requestOf({ name, ttl, sink, layout, force }: TokenCreateFlags): IssueRequest {
  if (name.trim() === '') throw nameEmpty();
  if (sink === undefined && (layout !== undefined || force === true))
    throw optionWithoutSink(layout === undefined ? '--force' : '--layout');
  const lifetime = ttl === undefined ? 0 : lifetimeOf(ttl);
  return { label: name, ...(lifetime > 0 && { ttl: lifetime }) };
}

/** In milliseconds, a multiple of 1000. A plain number is in seconds; 0 means that the token never expires. */
function lifetimeOf(ttl: string): number {
  try {
    const milliseconds = parseDuration(/^\d+$/.test(ttl) && ttl !== '0' ? `${ttl}s` : ttl);
    if (milliseconds === 0 || milliseconds >= 1000) return Math.round(milliseconds / 1000) * 1000;
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw lifetimeInvalid(error.message);
  }
  throw lifetimeTooShort(ttl);
}
