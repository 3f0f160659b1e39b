import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

import type { Tarball } from '../pack.ts';
import { contentProblems } from './contents.ts';
import { untar } from './untar.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A packed package, read. */
export interface Packed extends Tarball {
  readonly bytes: Buffer;
  readonly files: ReadonlyMap<string, Buffer>;
}

export async function readTarballs(tarballs: readonly Tarball[]): Promise<Packed[]> {
  return Promise.all(
    tarballs.map(async (tarball) => {
      const bytes = await readFile(tarball.filename);
      return { ...tarball, bytes, files: untar(bytes) };
    }),
  );
}

/** One line for everything that is wrong with a tarball. */
export async function tarballProblems(packed: readonly Packed[]): Promise<string[]> {
  const published = new Set(packed.map(({ name }) => name));
  const problems = await Promise.all(
    packed.map(async ({ name, bytes, files }) => [
      ...contentProblems(files, published, root).map((problem) => `${name}: ${problem}`),
      ...(await publintProblems(bytes)).map((problem) => `${name}: ${problem}`),
    ]),
  );
  return problems.flat();
}

async function publintProblems(bytes: Buffer): Promise<string[]> {
  const tarball = bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.length,
  ) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => formatMessage(message, pkg ?? {}, { color: false }) ?? '');
}
