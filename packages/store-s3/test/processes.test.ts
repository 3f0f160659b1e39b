import { once } from 'node:events';

import { systemClock, systemRandom } from '@keyturn/core';
import { type StateStore, thisMachine } from '@keyturn/core/ledger';
import { adapterContext } from '@keyturn/core/testing';
import { type Sandbox, startSandbox } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { killed, spawnChild as spawnScript } from '../../core/test/support/process.ts';
import { s3Store } from '../src/index.ts';
import { append, BUCKET, collect, labelsOf, started } from './support.ts';

const LOCATION = `s3://${BUCKET}/state`;
const hasProc = (await thisMachine()).instance !== '';
const needsProc = hasProc ? '' : ' (skipped: this system has no /proc)';

async function bucket(): Promise<{ box: Sandbox; store: StateStore }> {
  const box = await startSandbox();
  onTestFinished(() => box.close());
  const context = adapterContext({ env: box.env, clock: systemClock, random: systemRandom });
  return { box, store: await s3Store.open(LOCATION, context) };
}

const spawnChild = ({ env }: Sandbox) =>
  spawnScript(new URL('child.ts', import.meta.url), [LOCATION], env);

describe('processes on one machine', () => {
  it.runIf(hasProc)(`a killed holder loses its lock at once${needsProc}`, async () => {
    const { box, store } = await bucket();
    const child = await spawnChild(box);
    for (const line of ['lock', 'append a']) child.tell(line);
    expect([await child.answer(), await child.answer()]).toEqual(['held', 'appended a1']);
    await expect(store.lock('one', 'next')).rejects.toMatchObject({
      code: 'STATE_BUSY',
      message: expect.stringContaining(`child ${child.process.pid}`) as string,
      hint: expect.stringContaining(`end process ${child.process.pid}`) as string,
    });
    await killed(child);
    expect(await store.holder?.('one')).toBeUndefined();
    const lock = await store.lock('one', 'next');
    const { records, revision } = await store.open('one');
    expect(labelsOf(records)).toEqual(['a1']);
    await append(lock, revision, started('next'));
    await lock.release();
  });

  it.runIf(hasProc)(`nothing that was acknowledged is lost by a kill${needsProc}`, async () => {
    const { box, store } = await bucket();
    for (let round = 1; round <= 3; round++) {
      const child = await spawnChild(box);
      child.tell('lock');
      expect(await child.answer()).toBe('held');
      child.tell('append for ever');
      const acknowledged: string[] = [];
      while (acknowledged.length < 4 * round) acknowledged.push(await child.answer());
      await killed(child);
      const lock = await store.lock('one', 'next');
      const { records, revision } = await store.open('one');
      const labels = labelsOf(records);
      for (const line of acknowledged) expect(labels).toContain(line.replace('appended ', ''));
      await append(lock, revision, {
        type: 'opened',
        rotation: 'one',
        summary: { tokens: [], sinks: [], attempts: [] },
      });
      await lock.release();
    }
    expect((await collect(store.history('one'))).length).toBeGreaterThan(24);
  });

  it('two processes never have one lock', async () => {
    const { box } = await bucket();
    const children = await Promise.all([spawnChild(box), spawnChild(box), spawnChild(box)]);
    for (let round = 0; round < 5; round++) {
      for (const { tell } of children) tell('lock');
      const answers = await Promise.all(children.map(({ answer }) => answer()));
      expect(answers.toSorted()).toEqual(['STATE_BUSY', 'STATE_BUSY', 'held']);
      const winner = children[answers.indexOf('held')];
      winner?.tell('release');
      expect(await winner?.answer()).toBe('released');
    }
  });

  it('a process ends by itself with a lock in its hands', async () => {
    const { box } = await bucket();
    const child = await spawnChild(box);
    child.tell('lock');
    expect(await child.answer()).toBe('held');
    const ended = once(child.process, 'exit');
    child.process.stdin?.end();
    expect(await ended).toEqual([0, null]);
  });
});
