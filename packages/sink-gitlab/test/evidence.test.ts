import { ANY_TIME, fingerprint, Secret, type Confirmation } from '@keyturn/core';
import { startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { box, call, contextFor, type Variable } from './context.ts';

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

  it('has no clock where GitLab shows none, and neither has a check', async () => {
    const headers = { date: 'soon' };
    const path = '/projects/acme%2Finfra';
    const at = `${path}/variables/TOKEN`;
    const filter = 'filter%5Benvironment_scope%5D=%2A';
    const variable = { key: 'TOKEN', value: 'old-value', environment_scope: '*' };
    const routes = {
      'GET /personal_access_tokens/self': { status: 200, headers, body: { scopes: ['api'] } },
      [`GET ${path}`]: { status: 200, headers, body: { id: 7, path_with_namespace: 'acme/infra' } },
      [`GET ${at}?${filter}`]: { status: 200, headers, body: variable },
      [`PUT ${at}`]: { status: 200, headers, body: { ...variable, value: PLAIN } },
    };
    await using server = await startServer(routes, '/api/v4');
    const context = contextFor(server.url);
    const sink = await gitlabSink.open('gitlab:acme/infra', context);
    const report = await sink.check(['TOKEN'], call);
    expect(report.present).toEqual([{ name: 'TOKEN' }]);
    expect(report).not.toHaveProperty('clock');
    const now = new Date(context.clock.now()).toISOString();
    const receipt = await sink.deliver(entries.slice(1), call);
    expect(receipt).toMatchObject({ at: now, stamps: { TOKEN: expect.any(String) } });
    expect(receipt).not.toHaveProperty('clock');
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
