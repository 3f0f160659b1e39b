import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { KeyturnError } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { fileOperations } from '../src/operations.ts';
import { createEnvSink } from '../src/sink.ts';
import { call, CANARY, contextFor, entry, NAME, openSink, temporaryFolder } from './context.ts';

const OURS = `${NAME}=${CANARY}\n`;

/** A sink in a project's folder, and what happens once, right before a delivery's last look. */
async function race(meddle: (folder: string) => void, target = 'env:app/.env') {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'app'));
  const path = join(folder, 'app', '.env');
  writeFileSync(path, 'A=1\n');
  const sink = await openSink(target, folder);
  let asked = 0;
  const beforeWrite = async (): Promise<void> => {
    if (asked++ === 0) meddle(folder);
  };
  const deliver = () => sink.deliver([entry(NAME, CANARY)], { ...call, beforeWrite });
  return { folder, path, deliver, asked: () => asked };
}

describe('between the look and the rename', () => {
  it('an edit in place is kept, though size and time are the same', async () => {
    const { deliver, path } = await race((folder) => {
      const file = join(folder, 'app', '.env');
      const { atime, mtime } = statSync(file);
      writeFileSync(file, 'A=2\n');
      utimesSync(file, atime, mtime);
    });
    await deliver();
    expect(readFileSync(path, 'utf8')).toBe(`A=2\n${OURS}`);
  });

  it('a file that appears or goes is noticed', async () => {
    const gone = await race((folder) => unlinkSync(join(folder, 'app', '.env')));
    await gone.deliver();
    expect(readFileSync(gone.path, 'utf8')).toBe(OURS);
    const there = await race(
      (folder) => writeFileSync(join(folder, 'app', '.new'), 'B=1\n'),
      'env:app/.new',
    );
    await there.deliver();
    expect(readFileSync(join(there.folder, 'app', '.new'), 'utf8')).toBe(`B=1\n${OURS}`);
  });

  it('a file that becomes a link is followed within the folder', async () => {
    const { deliver, folder, path } = await race((around) => {
      renameSync(join(around, 'app', '.env'), join(around, 'app', 'real'));
      symlinkSync('real', join(around, 'app', '.env'));
    });
    await deliver();
    expect(readFileSync(join(folder, 'app', 'real'), 'utf8')).toBe(`A=1\n${OURS}`);
    expect(realpathSync(path)).toBe(realpathSync(join(folder, 'app', 'real')));
  });

  it('a folder that becomes a link gets nothing written where that leads', async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, '.env'), 'A=1\n');
    const { deliver, folder } = await race((around) => {
      renameSync(join(around, 'app'), join(around, 'moved'));
      symlinkSync(outside, join(around, 'app'));
    });
    expect(await errorOf(deliver())).toMatchObject({ code: 'FILE_UNSAFE', effect: 'none' });
    expect(readFileSync(join(outside, '.env'), 'utf8')).toBe('A=1\n');
    expect(readdirSync(outside)).toEqual(['.env']);
    expect(readFileSync(join(folder, 'moved', '.env'), 'utf8')).toBe('A=1\n');
  });
});

/** A sink with something that happens right after its rename. */
async function afterRename(meddle: (path: string) => void) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'app'));
  const path = join(folder, 'app', '.env');
  writeFileSync(path, 'A=1\n');
  const rename: typeof fileOperations.rename = async (from, to) => {
    await fileOperations.rename(from, to);
    if (to === path) meddle(path);
  };
  const operations = { ...fileOperations, rename };
  const sink = await createEnvSink(operations).open('env:app/.env', contextFor(folder));
  return errorOf(sink.deliver([entry(NAME, CANARY)], call));
}

describe('right after the rename', () => {
  it.each<[string, (path: string) => void]>([
    ['writes the old text back', (path) => writeFileSync(path, 'A=1\n')],
    ['removes the file', (path) => unlinkSync(path)],
    [
      'puts a pipe there',
      (path) => {
        unlinkSync(path);
        execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]);
      },
    ],
    [
      'exchanges the folder for one with the same text',
      (path) => {
        const app = dirname(path);
        renameSync(app, `${app}.moved`);
        mkdirSync(`${app}.other`);
        writeFileSync(join(`${app}.other`, '.env'), readFileSync(join(`${app}.moved`, '.env')));
        symlinkSync(`${app}.other`, app);
      },
    ],
    [
      'puts a link there',
      (path) => {
        renameSync(path, `${path}.real`);
        symlinkSync(`${path}.real`, path);
      },
    ],
  ])('somebody who %s leaves the effect open', async (_, meddle) => {
    expect(await afterRename(meddle)).toMatchObject({ effect: 'unknown' });
  });
});

describe('the right to write', () => {
  const lost = new KeyturnError('STATE_LOST', 'another run has taken over', { effect: 'none' });

  it.each(['deliver', 'remove'] as const)(
    'is asked for by %s, once the new file is written',
    async (method) => {
      const folder = temporaryFolder();
      const path = join(folder, '.env');
      writeFileSync(path, 'A=1\nB=2\n');
      const sink = await openSink('env:.env', folder);
      const seen: string[] = [];
      const beforeWrite = async () => void seen.push(readFileSync(path, 'utf8'));
      if (method === 'deliver') await sink.deliver([entry('A', '3')], { ...call, beforeWrite });
      else await sink.remove?.(['A'], { ...call, beforeWrite });
      expect(seen).toEqual(['A=1\nB=2\n']);
      expect(readFileSync(path, 'utf8')).toBe(method === 'deliver' ? 'A=3\nB=2\n' : 'B=2\n');
    },
  );

  it.each(['deliver', 'remove'] as const)(
    'that is lost leaves nothing of %s behind',
    async (method) => {
      const folder = temporaryFolder();
      const path = join(folder, '.env');
      writeFileSync(path, 'A=1\nB=2\n');
      const { ino } = statSync(path);
      const sink = await openSink('env:.env', folder);
      const options = { ...call, beforeWrite: () => Promise.reject(lost) };
      const attempt =
        method === 'deliver'
          ? sink.deliver([entry('A', '3')], options)
          : sink.remove?.(['A'], options);
      expect(await errorOf(attempt ?? Promise.resolve())).toBe(lost);
      expect(statSync(path).ino).toBe(ino);
      expect(readFileSync(path, 'utf8')).toBe('A=1\nB=2\n');
      expect(readdirSync(folder)).toEqual(['.env']);
    },
  );

  it('is not asked for by what changes nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env'), OURS);
    const sink = await openSink('env:.env', folder);
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    await sink.check([NAME], options);
    await sink.confirm([entry(NAME, CANARY)], {}, options);
    await sink.holds?.([NAME], options);
    await sink.neighbours?.({ names: [NAME] }, options);
    await sink.remove?.(['OTHER'], options);
    expect(readdirSync(folder)).toEqual(['.env']);
  });
});
