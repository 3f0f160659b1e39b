import type { TokenHint } from '@keyturn/core';

import { decode } from './bytes.ts';
import { scanFor } from './edit.ts';
import { type EnvFile, readFile } from './env-file.ts';

/** The id is the first of several values, or the part of a joined value before the colon. */
export async function holds(
  file: EnvFile,
  names: readonly string[],
): Promise<TokenHint | undefined> {
  const snapshot = await readFile(file);
  if (snapshot === undefined) return undefined;
  scanFor(file.id, file.format, snapshot.text, names);
  const values = file.format.read(snapshot.text);
  const held = names.map((name) => values.get(name));
  const [first, last] = [held.at(0), held.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (names.length > 1) return { id: decode(first), tail: decode(last).slice(-4) };
  const id = /^([\w-]+):/.exec(first)?.[1];
  return id === undefined ? undefined : { id };
}
