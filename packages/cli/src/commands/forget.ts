import { forget } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { holders, readState } from '@keyturn/core/unstable';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { forgotten, notForgotten, questionForget } from '../messages.ts';
import { documentText } from '../output/json.ts';
import { agreed } from '../prompt/prompts.ts';
import {
  loadTrusted,
  recordedNames,
  DEFAULT_SETTLE,
  configFile,
  openStore,
} from '@keyturn/host/session';

export interface ForgetFlags {
  readonly config?: string;
  readonly sink: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `keyturn forget`: records that a sink contains none of its tokens any more. Does not touch the sink itself. */
export async function forgetCommand(
  name: string,
  flags: ForgetFlags,
  host: Host,
): Promise<ExitCode> {
  const { store, session } = await openStore(flags, host);
  try {
    recordedNames([name], await store.rotations());
    const held = flags.yes === true ? [] : await heldBy(store, name, flags.sink);
    if (held.length > 0 && !(await agreed(questionForget(flags.sink, held), host)))
      throw notForgotten(flags.sink);
    const { clock, owner } = host;
    const settle = await settleOf(name, flags, host);
    const { tokens, released } = await forget(name, flags.sink, settle, { store, clock, owner });
    host.stdout.write(
      flags.json === true
        ? documentText({ rotation: name, sink: flags.sink, tokens, released })
        : `${forgotten(name, flags.sink, released)}\n`,
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}

async function heldBy(
  store: StateStore,
  rotation: string,
  sink: string,
): Promise<readonly string[]> {
  const record = (await readState(store, rotation)).sinks.get(sink);
  return record === undefined ? [] : [...holders(record)];
}

/** The settle time of the rotation; the default if it is not configured. */
async function settleOf(name: string, flags: ForgetFlags, host: Host): Promise<number> {
  const file = await configFile(flags, host);
  const config = await loadTrusted({ file, purpose: 'reads' }, host);
  return config?.rotations.find((one) => one.name === name)?.settle ?? DEFAULT_SETTLE;
}
