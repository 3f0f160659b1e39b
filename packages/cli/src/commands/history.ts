import type { StateStore } from '@keyturn/core/ledger';

import { exitCodes, exitOfError, worst, type ExitCode } from '../exit.ts';
import { readHistory } from '../history/read.ts';
import { historyText } from '../history/text.ts';
import type { Host } from '../host.ts';
import { limitInvalid, noLedgers } from '../messages.ts';
import { documentText, errorDocument } from '../output/json.ts';
import { recordedNames, openStore } from '@keyturn/host/session';

export interface HistoryFlags {
  readonly config?: string;
  readonly json?: boolean;
  readonly limit?: string;
  readonly metrics?: boolean;
}

/** `keyturn history`: checks the chain of every ledger, and shows what it records. Makes no request. */
export async function historyCommand(
  words: readonly string[],
  flags: HistoryFlags,
  host: Host,
): Promise<ExitCode> {
  if (flags.metrics === true) {
    const { statusCommand } = await import('./status.ts');
    return statusCommand(words, { ...flags, sink: [] }, host);
  }
  const { session, store } = await openStore(flags, host);
  try {
    return await tell(store, words, flags, host);
  } finally {
    await session.close();
  }
}

async function tell(
  store: StateStore,
  words: readonly string[],
  flags: HistoryFlags,
  host: Host,
): Promise<ExitCode> {
  const limit = flags.limit === undefined ? undefined : limitOf(flags.limit);
  const names = recordedNames(words, await store.rotations());
  const documents: unknown[] = [];
  const exits: ExitCode[] = [];
  for (const name of names) {
    const history = await readHistory(store, name, limit);
    const { error } = history;
    exits.push(error === undefined ? exitCodes.done : exitOfError(error));
    if (flags.json === true) documents.push({ ...history, error: errorDocument(error) });
    else host.stdout.write(`${exits.length > 1 ? '\n' : ''}${historyText(history, host.stdout)}\n`);
  }
  if (flags.json === true) host.stdout.write(documentText({ rotations: documents }));
  else if (names.length === 0) host.stdout.write(`${noLedgers()}\n`);
  return worst(exits);
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw limitInvalid(text);
}
