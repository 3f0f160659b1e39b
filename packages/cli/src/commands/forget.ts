import { forget, KeyturnError } from '@keyturn/core';
import { holders, readState } from '@keyturn/core/unstable';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { documentText } from '../output/json.ts';
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

/** `keyturn forget`: what a sink may have held is not kept for its sake any more. The sink itself is not touched. */
export async function forgetCommand(
  name: string,
  flags: ForgetFlags,
  host: Host,
): Promise<ExitCode> {
  const { store, session } = await openStore(flags, host);
  try {
    recordedNames([name], await store.rotations());
    if (flags.yes !== true && !(await confirmed(await heldBy(name, flags.sink), flags.sink, host)))
      throw new KeyturnError('USAGE_INVALID', `${flags.sink} was not forgotten`, {
        hint: 'Say --yes to forget it without being asked.',
        effect: 'none',
      });
    const { clock, owner } = host;
    const settle = await settleOf(name, flags, host);
    const { tokens, released } = await forget(name, flags.sink, settle, { store, clock, owner });
    const what =
      released.length === 0
        ? 'No token is free for it to be revoked.'
        : `The next run of keyturn rotate ${name} revokes ${released.join(', ')}.`;
    host.stdout.write(
      flags.json === true
        ? documentText({ rotation: name, sink: flags.sink, tokens, released })
        : `${name} has forgotten ${flags.sink}. ${what}\n`,
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }

  async function heldBy(rotation: string, sink: string): Promise<readonly string[]> {
    const record = (await readState(store, rotation)).sinks.get(sink);
    return record === undefined ? [] : [...holders(record)];
  }
}

/** How long a lost write of the rotation may still land: its own settle time, or the default for one that is not configured. */
async function settleOf(name: string, flags: ForgetFlags, host: Host): Promise<number> {
  const file = await configFile(flags, host);
  const config = await loadTrusted({ file, purpose: 'reads' }, host);
  return config?.rotations.find((one) => one.name === name)?.settle ?? DEFAULT_SETTLE;
}

async function confirmed(tokens: readonly string[], sink: string, host: Host): Promise<boolean> {
  if (tokens.length === 0) return true;
  const answer = await host.ask?.(
    `Does ${sink} certainly not hold ${tokens.join(' or ')} any more? Jobs that read it there will fail. [y/N] `,
  );
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
