import {
  type AdapterContext,
  defineSink,
  KeyturnError,
  reveal,
  type SinkBackend,
  type StandardSchema,
} from '@keyturn/core';

import { encode } from './bytes.ts';
import { check } from './check.ts';
import { confirm } from './confirm.ts';
import { change, type EnvFile } from './env-file.ts';
import { formats } from './formats/formats.ts';
import { holds } from './holds.ts';
import { canonicalId, type EnvTarget, parseEnvTarget } from './target.ts';
import { usages } from './usages.ts';

/** Nothing is left to check: a target's syntax has been, and it has no other options. */
const options: StandardSchema<EnvTarget> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate: (value) => ({ value: value as EnvTarget }),
  },
};

/** Delivers to env files: dotenv, shell and Docker's. All names of a delivery become visible at once. */
export const envSink = defineSink({
  kind: 'env',
  options,
  env: [],
  parseTarget: parseEnvTarget,
  usages,
  connect,
});

function connect(target: EnvTarget, context: AdapterContext): SinkBackend {
  const format = formats[target.format];
  const id = canonicalId(target, context.directory);
  const file: EnvFile = { id, path: target.path, format, context };
  return {
    id,
    supports: { readBack: 'value', atomic: true, remove: true },
    limits: format.limits,
    check: (names, call) => check(file, names, call),
    async deliver(entries, call) {
      const changes = new Map(entries.map(({ name, value }) => [name, encode(reveal(value))]));
      if (changes.size < entries.length) throw twins(id);
      const at = await change(file, changes, call);
      return { at: at ?? new Date(context.clock.now()).toISOString() };
    },
    confirm: (expected, { receipt }) => confirm(file, expected, receipt),
    holds: (names) => holds(file, names),
    async remove(names, call) {
      await change(file, new Map(names.map((name) => [name, undefined])), call);
    },
  };
}

function twins(id: string): KeyturnError {
  return new KeyturnError('NAME_INVALID', `${id}: a name is there twice`, {
    hint: 'Choose names that differ.',
    effect: 'none',
  });
}
