import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { matches } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { thisMachine } from '../src/process.ts';
import { holderName } from '../src/holder.ts';
import { call, CANARY, contextFor, entry, NAME, openSink, temporaryFolder } from './context.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

/** A signal that does something else each time it is asked. */
function meddling(meddle: () => void): { readonly signal: AbortSignal } {
  const { signal } = new AbortController();
  Object.defineProperty(signal, 'aborted', { get: () => (meddle(), false) });
  return { signal };
}

describe('a delivery', () => {
  it('makes a new file that only its owner may read', async () => {
    const folder = temporaryFolder();
    const sink = await openSink('env:.env.local', folder);
    await sink.deliver([entry(NAME, CANARY)], call);
    expect(readFileSync(join(folder, '.env.local'), 'utf8')).toBe(`${NAME}=${CANARY}\n`);
    expect(modeOf(join(folder, '.env.local'))).toBe('600');
    expect(readdirSync(folder)).toEqual(['.env.local']);
  });

  it('keeps the mode and the owner of the file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, '.env');
    writeFileSync(path, 'A=1\n', { mode: 0o640 });
    const { uid, gid } = statSync(path);
    await (await openSink('env:.env', folder)).deliver([entry(NAME, CANARY)], call);
    expect(modeOf(path)).toBe('640');
    expect(statSync(path)).toMatchObject({ uid, gid });
  });

  it('keeps a byte order mark, line breaks and bytes that are no UTF-8', async () => {
    const folder = temporaryFolder();
    const path = join(folder, '.env');
    writeFileSync(
      path,
      Buffer.from(`\u00ef\u00bb\u00bf# caf\u00e9\r\n${NAME}=old\r\nB=2`, 'latin1'),
    );
    await (await openSink('env:.env', folder)).deliver([entry(NAME, 'naïve 🔑')], call);
    expect(readFileSync(path)).toEqual(
      Buffer.concat([
        Buffer.from('\u00ef\u00bb\u00bf# caf\u00e9\r\n', 'latin1'),
        Buffer.from(`${NAME}='naïve 🔑'\r\nB=2`),
      ]),
    );
  });

  it('leaves a fingerprint of each value, salted, and says when by the clock that is passed in', async () => {
    const folder = temporaryFolder();
    const { clock } = contextFor(folder);
    const sink = await openSink('env:.env', folder, { clock });
    const receipt = await sink.deliver([entry(NAME, CANARY), entry('OTHER', CANARY)], call);
    expect(receipt).toEqual({
      at: new Date(clock.now()).toISOString(),
      stamps: { [NAME]: expect.any(String), OTHER: expect.any(String) },
    });
    const { [NAME]: one = '', OTHER: other = '' } = receipt.stamps ?? {};
    expect(matches(one, CANARY)).toBe(true);
    expect(one).not.toBe(other);
  });

  it('starts over where somebody else changes the file meanwhile', async () => {
    const folder = temporaryFolder();
    const path = join(folder, '.env');
    writeFileSync(path, 'A=1\n');
    const sink = await openSink('env:.env', folder);
    let count = 0;
    const beforeWrite = async (): Promise<void> => {
      if (count++ === 0) writeFileSync(path, 'A=changed by somebody\n');
    };
    await sink.deliver([entry(NAME, CANARY)], { ...call, beforeWrite });
    expect(count).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe(`A=changed by somebody\n${NAME}=${CANARY}\n`);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('gives up where somebody else never stops, and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const path = join(folder, '.env');
    let count = 0;
    const sink = await openSink('env:.env', folder);
    const options = meddling(() => writeFileSync(path, `A=${'x'.repeat(++count)}\n`));
    expect(await errorOf(sink.deliver([entry(NAME, CANARY)], options))).toMatchObject({
      code: 'FILE_FAILED',
      effect: 'none',
    });
    expect(readdirSync(folder)).toEqual(['.env']);
    expect(readFileSync(path, 'utf8')).not.toContain(CANARY);
  });

  it('loses nothing of another that goes to the same file at the same time', async () => {
    const folder = temporaryFolder();
    const names = Array.from({ length: 12 }, (_, i) => `TOKEN_${i}`);
    await Promise.all(
      names.map(async (name) => {
        const sink = await openSink('env:.env', folder);
        await sink.deliver([entry(name, name.toLowerCase())], call);
      }),
    );
    const lines = readFileSync(join(folder, '.env'), 'utf8').trimEnd().split('\n');
    expect(lines.toSorted()).toEqual(
      names.map((name) => `${name}=${name.toLowerCase()}`).toSorted(),
    );
  });

  it('writes nothing once it is interrupted', async () => {
    const folder = temporaryFolder();
    const controller = new AbortController();
    const sink = await openSink('env:.env', folder);
    const delivery = errorOf(sink.deliver([entry(NAME, CANARY)], controller));
    controller.abort();
    expect(await delivery).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a name that is there twice', async () => {
    const folder = temporaryFolder();
    const sink = await openSink('env:.env', folder);
    const twins = [entry(NAME, 'a'), entry(NAME, 'b')];
    expect(await errorOf(sink.deliver(twins, call))).toMatchObject({
      code: 'NAME_INVALID',
      effect: 'none',
    });
  });
});

describe('what a killed process left', () => {
  const leftover = (pid: number): string => `.env.keyturn-${pid}-0123456789abcdef.tmp`;
  const plant = (folder: string, name: string, ageInSeconds: number): void => {
    writeFileSync(join(folder, name), CANARY);
    const at = Date.now() / 1000 - ageInSeconds;
    utimesSync(join(folder, name), at, at);
  };
  const { pid: gone } = spawnSync('true');
  const deadHolder = async (): Promise<string> =>
    holderName({ ...(await thisMachine()), pid: gone }, '0123456789abcdef');

  it.each(['check', 'deliver'] as const)('is removed by the next %s', async (method) => {
    const folder = temporaryFolder();
    plant(folder, leftover(gone), 0);
    mkdirSync(join(folder, '.env.keyturn-0123456789abcdef'));
    for (const path of ['.env.keyturn-lock', '.env.keyturn-fedcba9876543210']) {
      const own = join(folder, path, await deadHolder());
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, 'new'), CANARY);
    }
    const sink = await openSink('env:.env', folder);
    if (method === 'check') await sink.check([NAME], call);
    else await sink.deliver([entry(NAME, 'new')], call);
    expect(readdirSync(folder)).toEqual(method === 'check' ? [] : ['.env']);
  });

  it('is left alone where its process may be at work, or it is of another file', async () => {
    const folder = temporaryFolder();
    const kept = [
      leftover(process.pid),
      `.env.local.keyturn-${gone}-0123456789abcdef.tmp`,
      `.enc.keyturn-${gone}-0123456789abcdef.tmp`,
      `.env.keyturn-${gone}.tmp`,
    ];
    for (const name of kept) plant(folder, name, 3600);
    mkdirSync(join(folder, leftover(gone)));
    const alive = holderName(
      { ...(await thisMachine()), pid: process.ppid, start: '0' },
      '0123456789abcdef',
    );
    mkdirSync(join(folder, '.env.keyturn-fedcba9876543210', alive), { recursive: true });
    await (await openSink('env:.env', folder)).check([NAME], call);
    expect(readdirSync(folder).toSorted()).toEqual(
      [...kept, leftover(gone), '.env.keyturn-fedcba9876543210'].toSorted(),
    );
  });
});
