import { rm } from 'node:fs/promises';

import { systemClock, systemRandom } from '@keyturn/core';
import type { Sandbox } from '@keyturn/sandbox';

import type { Host } from '../src/host.ts';
import { runProgram } from '../src/program/program.ts';
import { makeFolder } from '../../host/test/temporary-folder.ts';

/** What somebody has and types. */
export interface Attempt {
  /** The command line, without the name of the program. */
  readonly line: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** As text; otherwise `--json` is added. */
  readonly isText?: boolean;
}

/** What came of it. */
export interface Outcome {
  readonly exit: number;
  readonly code: string | null | undefined;
  readonly message: string;
  readonly hint: string;
  readonly stdout: string;
  readonly stderr: string;
}

interface Failure {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}
interface Document {
  readonly error?: Failure | null;
  readonly rotations?: readonly {
    readonly error: Failure | null;
    readonly sinks?: readonly { readonly error?: Failure }[];
  }[];
}

/** Runs the program in this process, in a folder of its own, where nobody can be asked. Words with spaces are in single quotes. */
export async function attempt(
  { line, files = {}, env = {}, isText = false }: Attempt,
  sandbox: Sandbox,
): Promise<Outcome> {
  const folder = await makeFolder(files);
  try {
    return await runIn([...wordsOf(line), ...(isText ? [] : ['--json'])], folder, {
      ...sandbox.env,
      PLANETSCALE_API_TOKEN: undefined,
      ...env,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the program is given in a folder, where nobody can be asked: all but its output. */
export function hostIn(folder: string, env: Host['env']): Omit<Host, 'stdout' | 'stderr' | 'warn'> {
  return {
    program: 'keyturn',
    // No registry is asked.
    env: { HOME: folder, npm_config_offline: 'true', ...env },
    uid: process.geteuid?.(),
    directory: folder,
    programFolder: import.meta.dirname,
    annotate: undefined,
    verbosity: 'normal',
    log: () => {},
    about: () => 'keyturn 1.2.3, Node 24, test',
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    owner: 'test',
    ask: undefined,
  };
}

export function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** Runs the program in this process, in this folder. */
export async function runIn(
  words: readonly string[],
  folder: string,
  env: Host['env'],
): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const shared = { terminal: false, colour: false, columns: 80 };
  const out = { ...shared, write: (text: string) => void (stdout += text) };
  const error = { ...shared, write: (text: string) => void (stderr += text) };
  const host: Host = {
    ...hostIn(folder, env),
    stdout: out,
    stderr: error,
    warn: (text) => void (stderr += `${text}\n`),
  };
  const exit = await runProgram(words, host);
  const document = (stdout.startsWith('{') ? JSON.parse(stdout) : {}) as Document;
  const failures = [
    document.error,
    ...(document.rotations ?? []).flatMap(({ error: whole, sinks }) => [
      whole,
      ...(sinks ?? []).map((sink) => sink.error),
    ]),
  ].filter((one) => one !== null && one !== undefined);
  const [first] = failures;
  return {
    exit,
    code: first?.code,
    message: first?.message ?? '',
    hint: first?.hint ?? '',
    stdout,
    stderr,
  };
}
