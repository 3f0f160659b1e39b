import {
  KeyturnError,
  type IssueRequest,
  type Layout,
  type SecretSink,
  type TokenRef,
} from '@keyturn/core';
import { layoutEntries, layoutNames, sinkFor } from '@keyturn/core/unstable';

import { exitCodes, exitOfError, type ExitCode } from '../../exit.ts';
import { errorDocument } from '../../output/json.ts';
import { table } from '../../output/style.ts';
import type { TokenCall } from './call.ts';
import type { TokenCreateFlags } from './create.ts';
import { expiryInFull, grantLines, nameOf, tokenDocument } from './describe.ts';
import { issueNew } from './issue.ts';
import { rotationOf } from './ledgers.ts';
import { layoutOf } from '@keyturn/host/session';

/** Makes a token and writes it to a sink. Everything is looked at before, and its secret is shown in no case. */
export async function deliverNew(
  target: string,
  request: IssueRequest,
  flags: Pick<TokenCreateFlags, 'layout' | 'force'>,
  call: TokenCall,
): Promise<ExitCode> {
  const { session, issuer, host } = call;
  const adapter = await session.adapters.load('issuer', issuer.kind);
  const layout = layoutOf({ layout: flags.layout ?? 'pair' }, adapter.names);
  const sink = sinkFor(layout, await openOne(target, call));
  if (flags.force !== true) await refuseTaken(sink, layout, call);
  else await sink.check(layoutNames(layout), host);

  const credential = await issueNew(request, call);
  const { token } = credential;
  try {
    await sink.deliver(layoutEntries(layout, credential), host);
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return tellUndelivered(token, sink, error, call);
  }
  const names = layoutNames(layout);
  call.print({ token: tokenDocument(token), sink: { id: sink.id, status: 'delivered', names } }, [
    ...table([
      ['id', token.id],
      ['name', token.label],
      ['expires', expiryInFull(token, host.clock.now())],
      ['sink', `${sink.id} (${names.join(', ')})`],
    ]),
    ...grantLines(token.id),
  ]);
  return exitCodes.done;
}

async function openOne(target: string, { session }: TokenCall): Promise<SecretSink> {
  await session.useModules([target]);
  if ((await session.pattern(target))?.isWild === true)
    throw new KeyturnError('USAGE_INVALID', `--sink ${target} means more than one place`, {
      hint: 'Name one sink; for many, use a rotation: keyturn rotate --sink PATTERN.',
      effect: 'none',
    });
  return session.sink(target);
}

/** What is stored there is not written over, as far as the sink or a ledger tells. */
async function refuseTaken(sink: SecretSink, layout: Layout, call: TokenCall): Promise<void> {
  const [owner, taken] = await Promise.all([
    call.store().then((store) => rotationOf(sink.id, store)),
    namesTaken(sink, layoutNames(layout), call),
  ]);
  if (owner !== undefined)
    throw new KeyturnError('TOKEN_IN_USE', `${sink.id} belongs to the rotation ${owner.rotation}`, {
      hint: `Give it a new token with: keyturn rotate ${owner.rotation} --force; or write over it all the same with --force.`,
      effect: 'none',
    });
  if (taken.length > 0)
    throw new KeyturnError('TOKEN_IN_USE', `${sink.id} holds ${taken.join(' and ')} already`, {
      hint: 'Take over what uses it with keyturn rotate --replaces TOKEN_ID, or write over it with --force.',
      effect: 'none',
    });
}

/** The names that the sink shows to be set; none where it cannot tell. */
async function namesTaken(
  sink: SecretSink,
  names: readonly string[],
  { host }: TokenCall,
): Promise<readonly string[]> {
  const { present } = await sink.check(names, host);
  if (present !== undefined) return present.map(({ name }) => name);
  if (sink.supports.readBack === 'none') return [];
  const seen = await Promise.all(
    names.map(async (name) => ({
      name,
      is: await sink.confirm([{ name }], {}, host),
    })),
  );
  return seen.filter(({ is }) => is !== 'absent').map(({ name }) => name);
}

/** The token exists and nobody was shown its secret: what is left is to say where it may be, and how to be rid of it. */
function tellUndelivered(
  token: TokenRef,
  sink: SecretSink,
  error: KeyturnError,
  { print, json }: TokenCall,
): ExitCode {
  const where =
    error.effect === 'none' ? `${sink.id} has none of it` : `${sink.id} may have it, or a part`;
  const hint = `Delete token ${nameOf(token)}, whose secret is shown nowhere (${where}), with keyturn token delete ${token.id} --yes, and create another.`;
  const told = new KeyturnError(error.code, error.message, {
    hint: error.hint === undefined ? hint : `${hint} ${error.hint}`,
    effect: error.effect,
  });
  if (!json) throw told;
  const document = { token: tokenDocument(token), sink: { id: sink.id, status: 'failed' } };
  print({ ...document, error: errorDocument(told) }, []);
  return exitOfError(error);
}
