import { KeyturnError, Secret } from '@keyturn/core';
import { errorOf, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { box, call, contextFor } from './context.ts';

const entries = [
  { name: 'TOKEN_ID', value: 'newid0000001' },
  { name: 'TOKEN', value: new Secret('pscale_tkn_NEW-value') },
];
const names = entries.map(({ name }) => name);
const lost = new KeyturnError('STATE_LOST', 'another run has taken over', { effect: 'none' });

describe('the right to write', () => {
  it.each(['gitlab:acme/infra', 'gitlab:acme?level=group', 'gitlab:?level=instance'])(
    'is asked for before each write to %s, and before no read',
    async (target) => {
      const { open, requests } = await box({ 'acme/infra': {} });
      const sink = await open(target);
      let asked = 0;
      const options = { ...call, beforeWrite: async () => void (asked += 1) };
      await sink.check(names, options);
      await sink.confirm(entries, {}, options);
      await sink.neighbours?.({ names }, options);
      expect(asked).toBe(0);
      await sink.deliver(entries, options);
      expect(asked).toBe(2);
      await sink.deliver(entries, options);
      expect(asked).toBe(4);
      await sink.remove?.(names, options);
      expect(asked).toBe(6);
      expect((await requests()).filter((line) => !line.startsWith('GET '))).toHaveLength(6);
    },
  );

  it('that is gone lets nothing be sent', async () => {
    const variables = [{ key: 'TOKEN', value: 'old' }];
    const { open, requests } = await box({ 'acme/infra': { variables } });
    const sink = await open('gitlab:acme/infra');
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    const error = await errorOf(sink.deliver(entries, options));
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'none' });
    expect(await errorOf(sink.remove?.(['TOKEN'], options) ?? Promise.resolve())).toBe(lost);
    expect((await requests()).filter((line) => !line.startsWith('GET '))).toEqual([]);
  });

  it('is asked for before a pipeline is started', async () => {
    const routes = {
      'GET /projects/acme%2Finfra': { status: 200, body: { default_branch: 'main' } },
    };
    await using server = await startServer(routes, '/api/v4');
    const sink = await gitlabSink.open('gitlab:acme/infra', contextFor(server.url));
    const wanted = { token: 'abc', mark: 'm', timeout: 1000 };
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    expect(await errorOf(sink.trial?.(wanted, options) ?? Promise.resolve())).toBe(lost);
    expect(server.routes).toEqual(['GET /projects/acme%2Finfra']);
  });
});
