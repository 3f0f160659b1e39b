import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished } from 'vitest';

/** A process of a test, which answers each line with one. */
export interface Child {
  readonly process: ChildProcess;
  readonly tell: (line: string) => void;
  readonly answer: () => Promise<string>;
  readonly ask: (line: string) => Promise<string>;
}

/** Runs a script until the test has finished. */
export async function spawnChild(
  script: URL,
  parameters: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Child> {
  const options = ['--conditions=@keyturn/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...options, fileURLToPath(script), ...parameters], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => String((await lines.next()).value);
  const tell = (line: string): void => void child.stdin.write(`${line}\n`);
  const ask = (line: string): Promise<string> => {
    tell(line);
    return answer();
  };
  expect(await answer()).toBe('ready');
  return { process: child, tell, answer, ask };
}

export async function killed({ process: child }: Child): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
