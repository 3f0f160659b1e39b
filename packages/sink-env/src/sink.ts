import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';

import {
  type AdapterContext,
  defineSink,
  fingerprint,
  parseTarget,
  reveal,
  type SinkAdapter,
  type SinkBackend,
} from '@keyturn/core';

import { untilAborted } from './abort.ts';
import { encode } from './bytes.ts';
import { check } from './check.ts';
import { confirm } from './confirm.ts';
import { change, type EnvFile } from './env-file.ts';
import { formats } from './formats/formats.ts';
import { holds } from './holds.ts';
import { nameTwice } from './messages.ts';
import { neighbours } from './neighbours.ts';
import { fileOperations, type FileOperations } from './operations.ts';
import { remains } from './remains.ts';
import { canonicalId, type EnvTarget, parseEnvTarget } from './target.ts';
import { usages } from './usages.ts';

/** The adapter, over the file operations that it is given. */
export function createEnvSink(operations: FileOperations): SinkAdapter {
  return defineSink<EnvTarget>({
    kind: 'env',
    env: [],
    parseTarget: parseEnvTarget,
    usages,
    connect: (target, context) => connect(target, context, operations),
  });
}

/** Delivers to env files: dotenv, shell, Docker and systemd. All names of a delivery become visible at once. */
export const envSink = createEnvSink(fileOperations);

async function connect(
  target: EnvTarget,
  context: AdapterContext,
  operations: FileOperations,
): Promise<SinkBackend> {
  const format = formats[target.format];
  const server = await realpath(context.directory).catch(() => resolve(context.directory));
  const id = canonicalId(target, context.directory, server);
  const file: EnvFile = { id, path: target.path, format, context, operations };
  return {
    id,
    // The id of a file outside the folder is its full path.
    ...(!isAbsolute(parseTarget(id).path) && { server }),
    supports: { readBack: 'value', atomic: true, remove: true },
    limits: format.limits,
    check: (names, call) => untilAborted(id, call, check(file, names, call)),
    cost: () => ({ inRow: 0, inAll: 0 }),
    async deliver(entries, call) {
      const changes = new Map(entries.map(({ name, value }) => [name, encode(reveal(value))]));
      if (changes.size < entries.length) throw nameTwice(id);
      await change(file, changes, call);
      return {
        at: new Date(context.clock.now()).toISOString(),
        stamps: Object.fromEntries(entries.map(({ name, value }) => [name, fingerprint(value)])),
      };
    },
    confirm: (expected, { receipt }, call) =>
      untilAborted(id, call, confirm(file, expected, receipt)),
    holds: (names, call) => untilAborted(id, call, holds(file, names)),
    neighbours: (query, call) => untilAborted(id, call, neighbours(file, query, call)),
    leftovers: (call) => untilAborted(id, call, remains(file)),
    async remove(names, call) {
      await change(file, new Map(names.map((name) => [name, undefined])), call);
    },
  };
}
