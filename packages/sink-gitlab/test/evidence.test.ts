import { ANY_TIME, fingerprint, Secret, type Confirmation } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { box, call, type Variable } from './context.ts';

const PLAIN = 'pscale_tkn_NEW-value';
const entries = [
  { name: 'TOKEN_ID', value: 'newid0000001' },
  { name: 'TOKEN', value: new Secret(PLAIN) },
];
const names = entries.map(({ name }) => ({ name }));
const later = { since: ANY_TIME };

describe('the receipt of a delivery', () => {
  it('has GitLab’s own clock, and recognises the values later without them', async () => {
    const { open, context } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    const { clock: before } = await sink.check(['TOKEN'], call);
    const receipt = await sink.deliver(entries, call);
    expect(Object.keys(receipt.stamps ?? {})).toEqual(['TOKEN_ID', 'TOKEN']);
    expect(JSON.stringify(receipt)).not.toMatch(/NEW|newid/);
    // The clock of a test's context shows another year than the server's.
    expect(Math.abs(Date.parse(receipt.clock ?? '') - Date.now())).toBeLessThan(60_000);
    expect(Math.abs(Date.parse(receipt.clock ?? '') - context.clock.now())).toBeGreaterThan(60_000);
    expect(Date.parse(before ?? '')).toBeLessThanOrEqual(Date.parse(receipt.clock ?? ''));
    const another = await open('gitlab:acme/infra');
    expect(await another.confirm(names, { receipt, ...later }, call)).toBe('same');
  });

  it('shows a later write, even of the very same second', async () => {
    const { open } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    const receipt = await sink.deliver(entries, call);
    await sink.deliver([{ name: 'TOKEN', value: 'another-value' }], call);
    expect(await sink.confirm(names, { receipt }, call)).toBe('different');
    await sink.deliver(entries.slice(1), call);
    expect(await sink.confirm(names, { receipt, ...later }, call)).toBe('same');
  });

  it('has no stamp of what is hidden, and proves nothing of it', async () => {
    const hidden: Variable[] = [{ key: 'TOKEN', value: 'old-value', hidden: true }];
    const { open } = await box({ 'acme/infra': { variables: hidden } });
    const sink = await open('gitlab:acme/infra');
    const receipt = await sink.deliver(entries, call);
    expect(Object.keys(receipt.stamps ?? {})).toEqual(['TOKEN_ID']);
    const shown = (expected: object[]): Promise<Confirmation> =>
      sink.confirm(expected as typeof names, { receipt }, call);
    expect(await shown(names)).toBe('unreadable');
    expect(await shown(entries)).toBe('unreadable');
    expect(await shown(names.slice(0, 1))).toBe('same');
    const forged = { ...receipt, stamps: { ...receipt.stamps, TOKEN: fingerprint(PLAIN) } };
    expect(await sink.confirm(names, { receipt: forged }, call)).toBe('unreadable');
  });

  it('proves nothing if an older ledger kept its time alone', async () => {
    const { open } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    const { at } = await sink.deliver(entries, call);
    expect(await sink.confirm(names, { receipt: { at } }, call)).toBe('unreadable');
    expect(await sink.confirm(entries, { receipt: { at } }, call)).toBe('same');
  });

  it('takes no request beside the writes', async () => {
    const { open, requests } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    await sink.check(['TOKEN_ID', 'TOKEN'], call);
    expect(await requests()).toHaveLength(4);
    await sink.deliver(entries, call);
    expect((await requests()).slice(4).map((line) => line.split(' ')[0])).toEqual(['POST', 'POST']);
  });
});
