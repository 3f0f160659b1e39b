import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import {
  type Opened,
  type Reader,
  withoutOwn,
} from '../../../packages/sink-env/test/matrix/reader.ts';
import { nodeAt } from '../../../packages/sink-env/test/matrix/readers/node.ts';

const programs = new URL('../programs/', import.meta.url);

/** Node's own `--env-file`: this one, and the older ones that `programs/` installs. */
export function nodes(): Opened[] {
  const older = ['20', '22'].map((major) => {
    const path = fileURLToPath(new URL(`node_modules/node-${major}/bin/node`, programs));
    const name = `Node ${major} --env-file`;
    return existsSync(path)
      ? nodeAt(name, path)
      : { name, skipped: `no node-${major} package here` };
  });
  const [major = ''] = process.versions.node.split('.');
  return [...older, nodeAt(`Node ${major} --env-file`, process.execPath)];
}

type Values = Readonly<Record<string, string>>;
interface Dotenv {
  readonly parse: (text: Buffer) => Values;
}
interface Expand {
  readonly expand: (options: { parsed: Values; processEnv: Record<string, string> }) => {
    readonly parsed?: Values;
  };
}

/** The `dotenv` package, alone and with `dotenv-expand`. */
export function packages(): Opened[] {
  const load = createRequire(new URL('package.json', programs));
  const names = ['dotenv', 'dotenv-expand'] as const;
  if (!names.every((name) => existsSync(new URL(`node_modules/${name}`, programs))))
    return names.map((name) => ({ name, skipped: 'not installed in tools/env-matrix/programs' }));
  const { parse } = load('dotenv') as Dotenv;
  const { expand } = load('dotenv-expand') as Expand;
  const reader = (name: string, read: (text: Buffer) => Values): Reader => ({
    name,
    read: async (text) => ({
      values: withoutOwn(Object.entries(read(Buffer.from(text, 'latin1')))),
      complaint: '',
    }),
  });
  return [
    reader('dotenv', parse),
    reader('dotenv-expand', (text) => expand({ parsed: parse(text), processEnv: {} }).parsed ?? {}),
  ];
}
