import {
  KeyturnError,
  parseDuration,
  reveal,
  Secret,
  type Credential,
  type IssueRequest,
} from '@keyturn/core';

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
import { expiryInFull, grantLines, nameRow, tokenDocument } from './describe.ts';
import { issueNew, withPermissions } from './issue.ts';
import { mask, refuseUnmaskable } from './mask.ts';
import type { TokenCreateFlags } from './flags.ts';

/** `keyturn token create`: creates a token, and shows its secret once or delivers it to a sink. */
export async function tokenCreate(flags: TokenCreateFlags, host: Host): Promise<ExitCode> {
  const request = requestOf(flags);
  if (flags.sink === undefined) refuseUnmaskable(host);
  return withIssuer(flags, host, async (call) => {
    const { issuer } = call;
    const wanted = await withPermissions(request, flags.permission ?? [], call);
    if (flags.sink !== undefined) return deliverNew(flags.sink, wanted, flags, call);
    const { token, fields } = await issueNew(wanted, call);
    const own = shownOf(fields);
    await mask(secretsIn(own), call.json, host);
    const shown = Object.entries(own).map(([field, value]) => [field, reveal(value)] as const);
    const lines = [
      ...table([
        ['id', token.id],
        ...nameRow(token, issuer),
        ['expires', expiryInFull(token, host.clock.now())],
        ...shown.filter(([, value]) => value !== token.id),
      ]),
      shownOnce(),
      ...grantLines(token.id, call),
    ];
    const { token: secret } = fields;
    const document = {
      ...tokenDocument(token),
      ...(secret !== undefined && { token: reveal(secret) }),
      fields: Object.fromEntries(shown),
    };
    call.print({ token: document }, lines, 'secret');
    return exitCodes.done;
  });
}

/** Without the field of the layout `joined`, which is made of others. */
function shownOf(fields: Credential['fields']): Credential['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== 'pair'));
}

function secretsIn(fields: Credential['fields']): string[] {
  return Object.values(fields).flatMap((value) => (value instanceof Secret ? [reveal(value)] : []));
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
