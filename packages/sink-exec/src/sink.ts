import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

import {
  defineSink,
  parseTarget,
  reveal,
  type AdapterContext,
  type CallOptions,
  type SinkBackend,
} from '@keyturn/core';

import { credentialsIn, environmentFor } from './environment.ts';
import { failureOf } from './failure.ts';
import { interrupted } from './messages.ts';
import { findProgram } from './program.ts';
import { run } from './run.ts';
import { canonicalId, parseExecTarget, type ExecTarget } from './target.ts';

/** Delivers by running a program: values reach it by its standard input, never as arguments or variables. */
export const execSink = defineSink({
  kind: 'exec',
  env: [],
  parseTarget: parseExecTarget,
  connect,
});

async function connect(target: ExecTarget, context: AdapterContext): Promise<SinkBackend> {
  const id = canonicalId(target, context.directory);
  const { clock, directory, env } = context;
  const server = await realpath(directory).catch(() => resolve(directory));

  /** @throws {KeyturnError} unless the exit code is 0 */
  const call = async (
    verb: 'deliver' | 'check',
    document: object,
    values: readonly string[],
    { signal, beforeWrite }: CallOptions,
  ): Promise<void> => {
    const start = {
      file: await findProgram(id, target.program, context),
      args: [...target.args, verb],
      cwd: directory,
      env: environmentFor(env, target.env),
      input: `${JSON.stringify({ version: 1, ...document })}\n`,
      timeout: target.timeout,
    };
    if (verb === 'deliver') {
      await beforeWrite?.();
      if (signal.aborted) throw interrupted(id, verb, 'none');
    }
    const ended = await run(start, clock, signal);
    const hidden = [...values, ...credentialsIn(env, target.env)];
    const failure = failureOf(id, verb, ended, target.timeout, hidden);
    if (failure !== undefined) throw failure;
  };

  return {
    id,
    // A command does not depend on the folder; the id of a program outside the folder is its full path.
    ...(/^\.\.?\//.test(parseTarget(id).path) && { server }),
    // Whether a program stores several values at once is not known.
    supports: { readBack: 'none', atomic: false, remove: false },
    // Programs pass names on to other programs and use them in paths.
    limits: { name: /^[A-Za-z_][A-Za-z0-9_]{0,254}$/ },
    async check(names, options_) {
      if (target.check) await call('check', { names }, [], options_);
      else await findProgram(id, target.program, context);
      return { warnings: [] };
    },
    cost: () => ({ inRow: 0, inAll: 0 }),
    async deliver(entries, options_) {
      const plain = entries.map(({ name, value }) => ({ name, value: reveal(value) }));
      await call(
        'deliver',
        { entries: plain },
        plain.map(({ value }) => value),
        options_,
      );
      return { at: new Date(clock.now()).toISOString() };
    },
    confirm: async () => 'unreadable',
  };
}
