import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { KeyturnError } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { fileFailed } from '../src/messages.ts';
import { createEnvSink } from '../src/sink.ts';
import { call, CANARY, contextFor, entry, NAME, temporaryFolder } from './context.ts';
import { type Hook, hooked, osError } from './operations.ts';

const BEFORE = 'A=1\n';
const AFTER = `A=1\n${NAME}=${CANARY}\n`;

async function open(hook: Hook, mode = 0o640, folder = temporaryFolder()) {
  const path = join(folder, '.env');
  writeFileSync(path, BEFORE);
  chmodSync(path, mode);
  const sink = await createEnvSink(hooked(hook)).open('env:.env', contextFor(folder));
  return { folder, path, sink };
}

/** Every step of a delivery to a file with this mode, in order. */
async function stepsOf(mode?: number): Promise<string[]> {
  const found: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-sink-env-'));
  const { sink } = await open((step) => void found.push(step), mode, folder);
  await sink.deliver([entry(NAME, CANARY)], call);
  rmSync(folder, { recursive: true });
  return found;
}

const textsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const RENAMED = 'rename .env';
const steps = await stepsOf();
const renamed = steps.indexOf(RENAMED);

describe('the new file', () => {
  it.each([0o600, 0o640])(
    'is durable before it is in place, and then its mode and its name (mode %o)',
    async (mode) => {
      const order = await stepsOf(mode);
      const at = order.indexOf(RENAMED);
      const syncs = order.flatMap((step, i) => (step === 'sync new' ? [i] : []));
      const written = order.indexOf('writeFile new');
      expect(syncs.some((sync) => sync > written && sync < at)).toBe(true);
      const changed = order.indexOf('chmod new');
      expect([changed === -1, changed > at]).toEqual([mode === 0o600, mode !== 0o600]);
      expect(syncs.some((sync) => sync > changed)).toBe(true);
      expect(order.indexOf('sync folder')).toBeGreaterThan(Math.max(at, changed));
      // It has the owner of the old one already.
      expect(order).not.toContain('chown new');
    },
  );

  it('is readable by its owner only until it is in place', async () => {
    const seen: string[] = [];
    const { sink, folder, path } = await open((step) => {
      const lock = join(folder, '.env.keyturn-lock');
      const [holder] = existsSync(lock) ? readdirSync(lock) : [];
      if (holder === undefined || !existsSync(join(lock, holder, 'new'))) return;
      const modes = [holder, join(holder, 'new')].map((one) => modeOf(join(lock, one)));
      seen.push(`${step} ${modes.join(' ')}`);
    }, 0o644);
    await sink.deliver([entry(NAME, CANARY)], call);
    expect(seen).toContain('rename .env 700 600');
    expect(seen.filter((line) => !line.endsWith(' 700 600'))).toEqual([]);
    expect(modeOf(path)).toBe('644');
  });
});

describe.each(['ENOSPC', 'EIO', 'EACCES'])('%s at any step of a delivery', (code) => {
  it.each(steps.map((step, i) => [i, step] as const))(
    'is told with its effect and leaves no plaintext: %i, %s',
    async (index, step) => {
      let count = 0;
      const hook: Hook = () => {
        if (count++ === index) throw osError(code);
      };
      const { sink, folder, path } = await open(hook);
      const outcome = await sink.deliver([entry(NAME, CANARY)], call).then(
        () => 'delivered',
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'FILE_FAILED', hint: expect.any(String) });
          return KeyturnError.is(error) ? error.effect : undefined;
        },
      );
      expect(count).toBeGreaterThan(index);
      expect(['delivered', index <= renamed ? 'none' : 'unknown']).toContain(outcome);
      expect(readFileSync(path, 'utf8')).toBe(outcome === 'none' ? BEFORE : AFTER);
      const isNeeded = /^(?:sync|writeFile|open new|rename|make|write)/.test(step);
      expect(isNeeded && outcome === 'delivered').toBe(false);

      await sink.deliver([entry(NAME, CANARY)], call);
      expect(readFileSync(path, 'utf8')).toBe(AFTER);
      expect(readdirSync(folder)).toEqual(['.env']);
    },
  );
});

describe('every file that a delivery opens', () => {
  it('is closed again, whatever fails', async () => {
    let opened = 0;
    for (let failing = 0; failing <= steps.length; failing++) {
      let count = 0;
      const handles: FileHandle[] = [];
      const operations = hooked(() => {
        if (count++ === failing) throw osError('EIO');
      });
      const keeping: typeof operations.open = async (...given) => {
        const handle = await operations.open(...given);
        handles.push(handle);
        return handle;
      };
      const folder = temporaryFolder();
      writeFileSync(join(folder, '.env'), BEFORE, { mode: 0o640 });
      const sink = await createEnvSink({ ...operations, open: keeping }).open(
        'env:.env',
        contextFor(folder),
      );
      await sink.deliver([entry(NAME, CANARY)], call).catch(() => {});
      // A handle that is closed has no number any more.
      expect([failing, handles.map(({ fd }) => fd)]).toEqual([failing, handles.map(() => -1)]);
      opened = handles.length;
    }
    // Where nothing fails: the new file and its folder.
    expect(opened).toBe(2);
  });
});

describe('a file that goes missing while it is written', () => {
  it('is told, and not tried again, as long as the lock is held', async () => {
    let tries = 0;
    const { sink, path, folder } = await open((step) => {
      if (step !== 'sync new') return;
      tries++;
      throw osError('ENOENT');
    });
    const error = await errorOf(sink.deliver([entry(NAME, CANARY)], call));
    expect(error).toEqual(fileFailed('env:.env', 'ENOENT', 'none'));
    expect(tries).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(BEFORE);
    expect(textsIn(folder)).toEqual([BEFORE]);
  });
});

describe('a write that falls short', () => {
  it('is no success, and nothing is replaced', async () => {
    const { sink, path, folder } = await open((step) => {
      // Somebody, or a file system, has cut it.
      if (step !== 'stat new') return;
      const [holder = ''] = readdirSync(join(folder, '.env.keyturn-lock'));
      writeFileSync(join(folder, '.env.keyturn-lock', holder, 'new'), 'A=1');
    });
    await expect(sink.deliver([entry(NAME, CANARY)], call)).rejects.toMatchObject({
      code: 'FILE_FAILED',
      effect: 'none',
    });
    expect(readFileSync(path, 'utf8')).toBe(BEFORE);
    expect(textsIn(folder)).toEqual([BEFORE]);
  });
});

describe('a rename', () => {
  it('that failed after it was made leaves its effect open', async () => {
    const { path, folder } = await open(() => {});
    const operations = hooked(() => {});
    const rename: typeof operations.rename = async (from, to) => {
      await operations.rename(from, to);
      if (to === path) throw osError('EIO');
    };
    const sink = await createEnvSink({ ...operations, rename }).open(
      'env:.env',
      contextFor(folder),
    );
    await expect(sink.deliver([entry(NAME, CANARY)], call)).rejects.toMatchObject({
      code: 'FILE_FAILED',
      effect: 'unknown',
    });
    expect(readFileSync(path, 'utf8')).toBe(AFTER);
  });
});
