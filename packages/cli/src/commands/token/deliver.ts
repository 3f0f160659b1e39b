import {
  KeyturnError,
  type IssueRequest,
  type Layout,
  type SecretSink,
  type SinkReport,
  type TokenRef,
  shellWord,
} from '@keyturn/core';
import { layoutEntries, layoutNames, sinkFor } from '@keyturn/core/unstable';

import { exitCodes, exitOfError, type ExitCode } from '../../exit.ts';
import { sinkNotSingle, sinkOwned, sinkTaken, tokenUndelivered } from '../../messages.ts';
import { errorDocument } from '../../output/json.ts';
import { roomOf, table } from '../../output/style.ts';
import { tell } from '../../output/tell.ts';
import type { TokenCall } from './call.ts';
import type { TokenCreateFlags } from './flags.ts';
import { expiryInFull, grantLines, nameOf, nameRow, tokenDocument } from './describe.ts';
import { issueNew } from './issue.ts';
import { rotationOf } from './ledgers.ts';
import { layoutOf } from '@keyturn/host/session';
import { about } from '@keyturn/host/text';

/** Creates a token and delivers it to a sink. Checks everything before, and never shows the secret. */
export async function deliverNew(
  target: string,
  request: IssueRequest,
  flags: Pick<TokenCreateFlags, 'layout' | 'force'>,
  call: TokenCall,
): Promise<ExitCode> {
  const { session, issuer, host } = call;
  const adapter = await session.adapters.load('issuer', issuer.kind);
  const layout = layoutOf({ layout: flags.layout ?? 'pair' }, adapter);
  const sink = sinkFor(layout, await openOne(target, call));
  const { present, warnings } = await sink.check(layoutNames(layout), host);
  for (const warning of warnings) tell(about(sink.id, warning), host.stderr);
  if (flags.force !== true) await refuseTaken(sink, layout, present, call);

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
    ...table(
      [
        ['id', token.id],
        ...nameRow(token, issuer),
        ['expires', expiryInFull(token, host.clock.now())],
        ['sink', `${sink.id} (${names.join(', ')})`],
      ],
      roomOf(host.stdout),
    ),
    ...grantLines(token.id, call),
  ]);
  return exitCodes.done;
}

async function openOne(target: string, { session }: TokenCall): Promise<SecretSink> {
  await session.useModules([target]);
  if ((await session.pattern(target))?.isWild === true) throw sinkNotSingle(target);
  return session.sink(target);
}

/** Does not overwrite what the sink or a ledger shows to be there. */
async function refuseTaken(
  sink: SecretSink,
  layout: Layout,
  present: SinkReport['present'],
  call: TokenCall,
): Promise<void> {
  const [owner, taken] = await Promise.all([
    call.store().then((store) => rotationOf(sink.id, store)),
    namesTaken(sink, layoutNames(layout), present, call),
  ]);
  if (owner !== undefined) throw sinkOwned(sink.id, owner.rotation);
  if (taken.length > 0) throw sinkTaken(sink.id, taken);
}

/** The names that the sink shows to be set; none if it cannot show them. */
async function namesTaken(
  sink: SecretSink,
  names: readonly string[],
  present: SinkReport['present'],
  { host }: TokenCall,
): Promise<readonly string[]> {
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

/** The token exists and nobody has seen its secret: reports where it may be, and how to delete it. */
function tellUndelivered(
  token: TokenRef,
  sink: SecretSink,
  error: KeyturnError,
  { print, json, through }: TokenCall,
): ExitCode {
  const told = tokenUndelivered(error, sink.id, `${shellWord(token.id)}${through}`, nameOf(token));
  if (!json) throw told;
  const document = { token: tokenDocument(token), sink: { id: sink.id, status: 'failed' } };
  print({ ...document, error: errorDocument(told) }, []);
  return exitOfError(error);
}
