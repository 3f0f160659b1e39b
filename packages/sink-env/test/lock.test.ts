import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { systemClock } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { fileFailed, lockUnusable } from '../src/messages.ts';
import { createEnvSink } from '../src/sink.ts';
import { call, CANARY, contextFor, entry, NAME, openSink, temporaryFolder } from './context.ts';
import { hooked, osError } from './operations.ts';

const program = fileURLToPath(new URL('writer.ts', import.meta.url));
const LOCK = '.env.keyturn-lock';
const textOf = (folder: string): string => readFileSync(join(folder, '.env'), 'utf8');

interface Writer {
  readonly process: ChildProcess;
  readonly tell: () => void;
  readonly answer: () => Promise<string>;
}

async function startWriter(folder: string, name: string, how: string): Promise<Writer> {
  const child = spawn(
    process.execPath,
    ['--conditions=@keyturn/source', '--no-warnings', program, folder, name, how],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => String((await lines.next()).value);
  expect(await answer()).toBe('ready');
  return { process: child, answer, tell: () => void child.stdin.write('\n') };
}

/** A process that has looked at the file, and is about to rename. */
async function stalledWriter(folder: string): Promise<Writer> {
  writeFileSync(join(folder, '.env'), '# ours\n');
  const writer = await startWriter(folder, 'FIRST', 'stall');
  writer.tell();
  expect(await writer.answer()).toBe('at the rename');
  return writer;
}

/** A clock that only counts what was waited. */
function countingClock() {
  let waited = 0;
  const sleep = async (milliseconds: number): Promise<void> => {
    waited += milliseconds;
  };
  return { clock: { now: () => 0, sleep }, waited: () => waited };
}

describe('a process that is stalled between its look and its rename', () => {
  it('loses nothing of another: that one waits for a while, then names it', async () => {
    const folder = temporaryFolder();
    const writer = await stalledWriter(folder);
    const { clock, waited } = countingClock();
    const sink = await openSink('env:.env', folder, { clock });
    const error = await errorOf(sink.deliver([entry(NAME, CANARY)], call));
    expect(error).toMatchObject({ code: 'FILE_FAILED', effect: 'none' });
    expect(error.message).toContain(`process ${writer.process.pid} `);
    expect(error.hint).toContain(`process ${writer.process.pid} `);
    expect(waited()).toBeGreaterThanOrEqual(10_000);
    expect(waited()).toBeLessThan(20_000);
    expect(textOf(folder)).toBe('# ours\n');

    writer.tell();
    expect(await writer.answer()).toBe('done');
    await sink.deliver([entry(NAME, CANARY)], call);
    expect(textOf(folder)).toBe(`# ours\nFIRST=secret-FIRST-1\n${NAME}=${CANARY}\n`);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('is followed at once, and its plaintext removed, after it was killed', async () => {
    const folder = temporaryFolder();
    const writer = await stalledWriter(folder);
    writer.process.kill('SIGKILL');
    await once(writer.process, 'exit');
    const { clock, waited } = countingClock();
    const sink = await openSink('env:.env', folder, { clock });
    await sink.deliver([entry(NAME, CANARY)], call);
    expect(waited()).toBe(0);
    expect(textOf(folder)).toBe(`# ours\n${NAME}=${CANARY}\n`);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('is tidied up after by a check alone, once it was killed', async () => {
    const folder = temporaryFolder();
    const writer = await stalledWriter(folder);
    const sink = await openSink('env:.env', folder);
    await sink.check([NAME], call);
    expect(readdirSync(folder)).toEqual(['.env', LOCK]);
    writer.process.kill('SIGKILL');
    await once(writer.process, 'exit');
    await sink.check([NAME], call);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('cannot undo what came after it was moved out, and makes its own change anew', async () => {
    const folder = temporaryFolder();
    const writer = await stalledWriter(folder);
    rmSync(join(folder, LOCK), { recursive: true });
    await (await openSink('env:.env', folder)).deliver([entry(NAME, CANARY)], call);
    writer.tell();
    expect(await writer.answer()).toBe('at the rename');
    writer.tell();
    expect(await writer.answer()).toBe('done');
    expect(textOf(folder)).toBe(`# ours\n${NAME}=${CANARY}\nFIRST=secret-FIRST-1\n`);
  });

  it('leaves nothing that git would add, alive or dead', async () => {
    const folder = temporaryFolder();
    execFileSync('git', ['init', '-q'], { cwd: folder });
    writeFileSync(join(folder, '.gitignore'), '.env\n');
    const added = (): string =>
      execFileSync('git', ['status', '--porcelain', '--untracked-files=all'], {
        cwd: folder,
        encoding: 'utf8',
      });
    const writer = await stalledWriter(folder);
    expect(readdirSync(join(folder, LOCK), { recursive: true }).length).toBeGreaterThan(2);
    expect(added()).toBe('?? .gitignore\n');
    writer.process.kill('SIGKILL');
    await once(writer.process, 'exit');
    expect(added()).toBe('?? .gitignore\n');
  });

  it('does not keep another from being interrupted', async () => {
    const folder = temporaryFolder();
    await stalledWriter(folder);
    const controller = new AbortController();
    const sleep = (_: number, signal?: AbortSignal): Promise<void> => {
      controller.abort();
      return systemClock.sleep(60_000, signal);
    };
    const sink = await openSink('env:.env', folder, { clock: { now: () => 0, sleep } });
    expect(await errorOf(sink.deliver([entry(NAME, CANARY)], controller))).toMatchObject({
      code: 'INTERRUPTED',
      effect: 'none',
    });
  });
});

describe('processes that write one file at the same time', () => {
  it('lose nothing of each other', async () => {
    const folder = temporaryFolder();
    const names = ['ONE', 'TWO', 'THREE'];
    const writers = await Promise.all(names.map((name) => startWriter(folder, name, '15')));
    for (const writer of writers) writer.tell();
    for (const writer of writers) expect(await writer.answer()).toBe('done');
    expect(textOf(folder).trimEnd().split('\n').toSorted()).toEqual(
      names.map((name) => `${name}=secret-${name}-15`).toSorted(),
    );
    expect(readdirSync(folder)).toEqual(['.env']);
  }, 60_000);
});

describe('a lock that another process was faster to take', () => {
  /** A sink whose attempts to take the lock fail as long as `isTaken` says so. */
  async function racing(folder: string, code: string, isTaken: (attempt: number) => boolean) {
    let attempts = 0;
    const operations = hooked((step) => {
      if (step === 'rename lock' && isTaken(++attempts)) throw osError(code);
    });
    const sink = await createEnvSink(operations).open('env:.env', contextFor(folder));
    return { sink, attempts: () => attempts };
  }

  it.each(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM'])(
    'is tried for again: %s',
    async (code) => {
      const folder = temporaryFolder();
      const { sink, attempts } = await racing(folder, code, (attempt) => attempt === 1);
      await sink.deliver([entry(NAME, CANARY)], call);
      expect(attempts()).toBe(2);
      expect(textOf(folder)).toBe(`${NAME}=${CANARY}\n`);
      expect(readdirSync(folder)).toEqual(['.env']);
    },
  );

  it('is not tried for again where the disk fails', async () => {
    const folder = temporaryFolder();
    const { sink, attempts } = await racing(folder, 'EIO', () => true);
    const error = await errorOf(sink.deliver([entry(NAME, CANARY)], call));
    expect(error).toEqual(fileFailed('env:.env', 'EIO', 'none'));
    expect(attempts()).toBe(1);
  });

  it('each time is given up after many tries', async () => {
    const folder = temporaryFolder();
    const { sink, attempts } = await racing(folder, 'ENOTEMPTY', () => true);
    const error = await errorOf(sink.deliver([entry(NAME, CANARY)], call));
    expect(error).toEqual(lockUnusable('env:.env', join(realpathSync(folder), LOCK)));
    expect(attempts()).toBe(1000);
    expect(readdirSync(folder)).toEqual([]);
  });
});

const elsewhere = '4711-99-ffffffffffff-0123456789abcdef-laptop';

describe('a holder whose process cannot be looked up', () => {
  const plant = (folder: string, holder: string): void => {
    mkdirSync(join(folder, LOCK, holder), { recursive: true });
    writeFileSync(join(folder, LOCK, holder, 'new'), 'plaintext');
  };

  it('keeps the lock for a while, and is moved out if it does not move', async () => {
    const folder = temporaryFolder();
    plant(folder, elsewhere);
    const { clock, waited } = countingClock();
    const sink = await openSink('env:.env', folder, { clock });
    await sink.check([NAME], call);
    expect(readdirSync(folder)).toEqual([LOCK]);
    await sink.deliver([entry(NAME, CANARY)], call);
    expect(waited()).toBeGreaterThanOrEqual(5000);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('is named if others keep taking their turns', async () => {
    const folder = temporaryFolder();
    let count = 0;
    const sleep = async (): Promise<void> => {
      rmSync(join(folder, LOCK), { recursive: true });
      plant(folder, elsewhere.replace('0123', String(1000 + count++)));
    };
    plant(folder, elsewhere);
    const sink = await openSink('env:.env', folder, { clock: { now: () => 0, sleep } });
    const error = await errorOf(sink.deliver([entry(NAME, CANARY)], call));
    expect(error).toMatchObject({ code: 'FILE_FAILED', effect: 'none' });
    expect(error.message).toContain('process 4711 on laptop');
  });
});

describe('what is in the way of the lock', () => {
  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, '')],
    ['a link', (path) => symlinkSync('.', path)],
    ['something of others', (path) => mkdirSync(join(path, 'theirs'), { recursive: true })],
  ])('is told by check and deliver, and stays: %s', async (_, make) => {
    const folder = temporaryFolder();
    make(join(folder, LOCK));
    const sink = await openSink('env:.env', folder);
    for (const attempt of [
      () => sink.check([NAME], call),
      () => sink.deliver([entry(NAME, CANARY)], call),
    ])
      expect(await errorOf(attempt())).toMatchObject({
        code: 'FILE_UNSAFE',
        effect: 'none',
        hint: 'Remove it.',
      });
    expect(readdirSync(folder)).toEqual([LOCK]);
  });
});
