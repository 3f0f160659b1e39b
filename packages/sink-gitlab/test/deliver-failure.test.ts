import { inspect } from 'node:util';

import { KeyturnError, Secret, type Fetch } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { box, call, TOKEN } from './context.ts';

const CANARY = 'pscale_tkn_CANARY';
const entries = [
  { name: 'TOKEN_ID', value: 'id-1' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const names = entries.map(({ name }) => name);
const world = { 'acme/infra': { variables: names.map((key) => ({ key, value: 'old' })) } };

const denied = { status: 403, body: { message: '403 Forbidden' } };
const TOKEN_PATH = { method: 'PUT', path: '/TOKEN$' };
const ID_PATH = { method: 'PUT', path: '/TOKEN_ID$' };

describe('a delivery that fails', () => {
  it.each<[string, object[], object, RegExp]>([
    [
      'changed nothing',
      [{ method: 'PUT', action: denied }],
      { code: 'PERMISSION_DENIED', effect: 'none' },
      /403/,
    ],
    [
      'left the pair torn',
      [{ ...TOKEN_PATH, action: denied }],
      { code: 'PERMISSION_DENIED', effect: 'unknown' },
      /TOKEN_ID is new, TOKEN is unchanged/,
    ],
    [
      'may have left it torn',
      [
        { ...ID_PATH, action: { dropResponse: true } },
        { ...TOKEN_PATH, action: denied },
      ],
      { code: 'NETWORK_FAILED', effect: 'unknown' },
      /TOKEN_ID might be new, TOKEN is unchanged/,
    ],
    [
      'broke at GitLab',
      [{ ...TOKEN_PATH, action: { status: 502, body: 'Bad Gateway' } }],
      { code: 'REMOTE_FAILED', effect: 'unknown' },
      /TOKEN_ID is new, TOKEN might be new/,
    ],
    [
      'was answered by something else',
      [{ ...TOKEN_PATH, action: { status: 200, body: '<h1>Sign in</h1>' } }],
      { code: 'ANSWER_INVALID', effect: 'unknown' },
      /TOKEN_ID is new, TOKEN might be new/,
    ],
  ])('%s', async (_title, faults, expected, message) => {
    const { open, fault, requests } = await box(world);
    const sink = await open('gitlab:acme/infra');
    await sink.check(names, call);
    await fault(faults);
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(message);
    // No write is repeated unannounced.
    expect((await requests()).filter((request) => request.startsWith('PUT '))).toHaveLength(2);
  });

  it('creates nothing twice after a lost answer, and can be run again', async () => {
    const { open, fault, requests, state } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    await sink.check(names, call);
    await fault({ method: 'POST', times: 2, action: { dropResponse: true } });
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject({ effect: 'unknown', retryable: true });
    const before = await requests();
    expect(before.filter((request) => request.startsWith('POST '))).toHaveLength(2);
    await sink.deliver(entries, call);
    expect(state()['acme/infra']?.variables).toHaveLength(2);
    // What it knew of them before the lost answers may be wrong.
    const methods = (await requests()).slice(before.length).map((request) => request.split(' ')[0]);
    expect(methods).toEqual(['GET', 'GET', 'PUT', 'PUT']);
  });

  it('ends within a second once it is interrupted, and does not say that nothing happened', async () => {
    const { open, fault } = await box(world);
    const sink = await open('gitlab:acme/infra');
    await sink.check(names, call);
    await fault({ method: 'PUT', action: { delayMs: 3_600_000 } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const error = await errorOf(sink.deliver(entries, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
  });

  it('never shows a value or the token, however deep one looks', async () => {
    const echo = { message: { value: [`${CANARY} is invalid`] }, error: `Bearer ${TOKEN}` };
    const actions = [
      { status: 400, body: echo },
      { status: 422, body: JSON.stringify(echo) },
      denied,
      { reset: true },
      { status: 200, body: { key: 'TOKEN', value: `${CANARY}2`, environment_scope: '*' } },
    ];
    for (const action of actions) {
      const { open, fault } = await box(world);
      const sink = await open('gitlab:acme/infra');
      await fault({ ...TOKEN_PATH, action });
      const error = await errorOf(sink.deliver(entries, call));
      const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
      expect(shown).not.toMatch(/CANARY/);
    }
  });

  it('keeps what the context’s fetch says of a failure', async () => {
    const own = new KeyturnError('RATE_LIMITED', 'busy', { hint: 'Wait.', effect: 'none' });
    const fetch: Fetch = () => Promise.reject(own);
    const { open } = await box(world, { fetch });
    const sink = await open('gitlab:acme/infra');
    expect(await errorOf(sink.deliver(entries.slice(1), call))).toBe(own);
  });

  it('hides an error of a fetch that is not ours', async () => {
    const fetch: Fetch = (_, init) =>
      Promise.reject(Object.assign(new TypeError(`bad ${CANARY}`), { init }));
    const { open } = await box(world, { fetch });
    const error = await errorOf((await open('gitlab:acme/infra')).check(names, call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/CANARY/);
  });

  it.each(['gitlab:acme/infra', 'gitlab:acme?level=group', 'gitlab:?level=instance'])(
    'of %s removes by DELETE, its scope in the query and no body',
    async (target) => {
      const { open, sandbox } = await box({ ...world, groups: { acme: {} } });
      const sink = await open(target);
      await sink.deliver(entries, call);
      await sink.remove?.(['TOKEN'], call);
      const list = (await (await fetch(`${sandbox.control}/requests`)).json()) as {
        method: string;
        path: string;
        requestBody: string;
      }[];
      const removal = list.find(({ method }) => method === 'DELETE');
      expect(removal?.requestBody).toBe('');
      expect(removal?.path.includes('filter%5Benvironment_scope%5D=%2A')).toBe(
        !target.endsWith('instance'),
      );
      await expect(sink.confirm([{ name: 'TOKEN', value: CANARY }], {}, call)).resolves.toBe(
        'absent',
      );
    },
  );
});
