import { ANY_TIME, type Proof, type SecretSink } from '@keyturn/core';
import { chain, EMPTY, type RotationEvent } from '@keyturn/core/ledger';
import { applyRecords, emptyState } from '@keyturn/core/unstable';
import { memorySink, virtualClock } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { NOTHING_TO_COMPARE } from '../../src/messages-of-checks.ts';
import { askSinks } from '../../src/audit/gather/sinks.ts';
import { NOW, rotation } from './evidence.ts';

const call = { signal: new AbortController().signal };
const layout = { kind: 'pair', names: { id: 'ID', token: 'TOKEN' } } as const;
const { state } = rotation('ci', 'a', 1, ['memory:one']);

/** A sink whose secrets nobody can read, that holds these names. */
function opaque(...names: readonly string[]): { sink: SecretSink; proofs: Proof[] } {
  const memory = memorySink({ clock: virtualClock(NOW), supports: { readBack: 'none' } });
  for (const name of names) memory.write(name, 'x');
  const proofs: Proof[] = [];
  const confirm: SecretSink['confirm'] = (_, proof) => {
    proofs.push(proof);
    return Promise.resolve('unreadable');
  };
  return { sink: { ...memory, confirm }, proofs };
}

describe('a sink that shows nothing of its secrets', () => {
  it.each([
    ['absent', []],
    ['different', ['TOKEN']],
    ['unreadable', ['ID', 'TOKEN']],
  ])('is %s if it has %j', async (confirmation, names) => {
    const { shown, gaps } = await askSinks({ sinks: [opaque(...names).sink], layout }, state, call);
    expect(shown).toEqual([{ id: 'memory:one', confirmation }]);
    expect(gaps.map(({ reason }) => reason)).toEqual(
      confirmation === 'unreadable' ? [NOTHING_TO_COMPARE] : [],
    );
  });

  it('is not asked about a delivery that there never was', async () => {
    const { sink, proofs } = opaque();
    const { shown, gaps } = await askSinks({ sinks: [sink], layout }, emptyState, call);
    expect({ shown, gaps, proofs }).toEqual({
      shown: [{ id: 'memory:one' }],
      gaps: [],
      proofs: [],
    });
  });
});

it('a look counts with a write without an answer, which may have landed at any time', async () => {
  const { sink, proofs } = opaque('ID', 'TOKEN');
  await askSinks({ sinks: [sink], layout }, state, call);
  const events: RotationEvent[] = [
    {
      type: 'opened',
      rotation: 'ci',
      summary: summaryWith([{ token: 'b', at: new Date(NOW).toISOString() }]),
    },
  ];
  const doubtful = applyRecords(emptyState, chain(EMPTY, events, new Date(NOW).toISOString()));
  await askSinks({ sinks: [sink], layout }, doubtful, call);
  expect(proofs.map(({ since }) => since)).toEqual([undefined, ANY_TIME]);
});

function summaryWith(unanswered: readonly { token: string; at: string }[]) {
  return {
    current: 'a',
    tokens: ['a', 'b'].map((id) => ({
      ref: { id, label: id, issuedAt: new Date(NOW).toISOString() },
      exposed: true,
      retired: id === 'b',
    })),
    sinks: [{ id: 'memory:one', base: ['a'], unanswered }],
    attempts: [],
  };
}
