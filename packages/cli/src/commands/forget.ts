import { forget } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { holders, holdersByToken, readState } from '@keyturn/core/unstable';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { forgotten, forgottenByAll, notForgotten, questionForget } from '../messages.ts';
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
    const { settle, isLeft } = await configuredAs(name, flags, host);
    const { tokens, released } = await forget(name, flags.sink, settle, { store, clock, owner });
    const unmanaged = isLeft ? await heldByNone(store, name) : [];
    const told =
      unmanaged.length > 0
        ? forgottenByAll(name, flags.sink, unmanaged)
        : forgotten(name, flags.sink, released);
    host.stdout.write(
      flags.json === true
        ? documentText({ rotation: name, sink: flags.sink, tokens, released, unmanaged })
        : `${told}\n`,
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

/** The tokens that no sink can hold. */
async function heldByNone(store: StateStore, rotation: string): Promise<readonly string[]> {
  const state = await readState(store, rotation);
  const held = holdersByToken(state);
  return [...state.tokens.keys()].filter((id) => !held.has(id));
}

/** The settle time of the rotation, or the default; and whether it is not in the configuration anymore, so that no run is about it. */
async function configuredAs(
  name: string,
  flags: ForgetFlags,
  host: Host,
): Promise<{ readonly settle: number; readonly isLeft: boolean }> {
  const file = await configFile(flags, host);
  const config = await loadTrusted({ file, purpose: 'reads' }, host);
  const rotation = config?.rotations.find((one) => one.name === name);
  const isLeft = config !== undefined && rotation === undefined;
  return { settle: rotation?.settle ?? DEFAULT_SETTLE, isLeft };
}
