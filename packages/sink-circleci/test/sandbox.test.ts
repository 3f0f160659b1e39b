import { Secret, type AdapterContext, type SecretSink } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { startSandbox, type Sandbox, type World } from '@keyturn/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { call, contextFor, openSink } from './context.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const TOKEN = 'pscale_tkn_NEW1';
const ORGANIZATION = 'aaaaaaaa-0000-4000-8000-000000000000';
const CONTEXT = 'cccccccc-0000-4000-8000-000000000000';
const item = (value: string): object => ({ value, createdAt: OLD, updatedAt: OLD });
const variables = {
  TOKEN_ID: item('old id value'),
  TOKEN: item('old token value'),
  NEIGHBOUR: item('theirs'),
};
const world = {
  circleci: {
    projects: { 'gh/acme/web': variables, 'gh/acme/api': variables, 'circleci/O/P': variables },
    contexts: { 'gh/acme/deploy': variables, 'gh/acme/a b': variables },
    organizations: { 'gh/acme': { id: ORGANIZATION } },
    projectDetails: { 'gh/acme/web': { id: 'dddddddd-0000-4000-8000-000000000000' } },
    contextDetails: {
      'gh/acme/deploy': {
        id: CONTEXT,
        createdAt: OLD,
        restrictions: [
          { id: '1', type: 'project', value: 'dddddddd-0000-4000-8000-000000000000' },
          { id: '2', type: 'group', value: ORGANIZATION },
        ],
      },
    },
    tokens: [{ token: 'all' }, { token: 'reader', access: 'read' }],
    behaviour: { pageSize: 2 },
  },
} as World;
const entries = [
  { name: 'TOKEN_ID', value: 'a new id' },
  { name: 'TOKEN', value: new Secret(TOKEN) },
];
const names = entries.map(({ name }) => name);

let sandbox: Sandbox;
let time = Date.parse(OLD);
beforeEach(async () => {
  sandbox = await startSandbox({ world, clock: () => (time += 1000) });
});
afterEach(() => sandbox.close());

const context = (token: string): AdapterContext =>
  contextFor('', { env: { CIRCLE_HOST: sandbox.urls.circleci, CIRCLECI_TOKEN: token } });
const open = (target: string, token = 'all'): Promise<SecretSink> =>
  openSink(target, '', context(token));
const control = (path: string, method: string, body?: unknown): Promise<Response> =>
  fetch(`${sandbox.control}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
const requests = async (): Promise<string[]> => {
  const list = (await (await control('/requests', 'GET')).json()) as Record<string, unknown>[];
  return list.map(({ method, path }) => `${String(method)} ${String(path)}`);
};

/** Everything that is stored, as `path=value`; times only of what nobody wrote. */
function stored(state: unknown): string[] {
  const leaves = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`))
      : [`${path}=${JSON.stringify(value)}`];
  return leaves(state, '').filter((leaf) => !/\/TOKEN(?:_ID)?\/updatedAt=/.test(leaf));
}

describe.each([
  ['circleci:gh/acme/web', '/projects/gh/acme/web/', 5, 'unreadable'],
  ['circleci:github/acme/web', '/projects/gh/acme/web/', 5, 'unreadable'],
  ['circleci:circleci/O/P', '/projects/circleci/O/P/', 5, 'unreadable'],
  ['circleci:gh/acme?context=deploy', '/contexts/gh/acme/deploy/', 6, 'same'],
  ['circleci:gh/acme?context=a b', '/contexts/gh/acme/a b/', 6, 'same'],
  [`circleci:gh/acme?context=${CONTEXT}`, '/contexts/gh/acme/deploy/', 5, 'same'],
  [`circleci:${ORGANIZATION}?context=deploy`, '/contexts/gh/acme/deploy/', 6, 'same'],
])('%s', (target, place, cost, confirmation) => {
  it('changes the values of its variables in place, and nothing else anywhere', async () => {
    const before = stored(sandbox.state().circleci);
    const sink = await open(target);
    const { present = [] } = await sink.check(names, call);
    expect(present.map(({ name }) => name)).toEqual(names);
    const receipt = await sink.deliver(entries, call);
    expect(await requests()).toHaveLength(cost);
    const expected = before.map((leaf) =>
      leaf
        .replace(`${place}TOKEN_ID/value="old id value"`, `${place}TOKEN_ID/value="a new id"`)
        .replace(`${place}TOKEN/value="old token value"`, `${place}TOKEN/value="${TOKEN}"`),
    );
    expect(expected.filter((leaf, i) => leaf !== before[i])).toHaveLength(2);
    expect(stored(sandbox.state().circleci).toSorted()).toEqual(expected.toSorted());
    await expect(sink.confirm(entries, { receipt }, call)).resolves.toBe(confirmation);
    await expect(sink.holds?.(names, call)).resolves.toEqual({ tail: 'NEW1' });
    const clue = { idTail: 'w id', seen: 'the end of TOKEN_ID' };
    await expect(sink.clue?.(names, call)).resolves.toEqual(clue);
    await expect(sink.clue?.(['TOKEN'], call)).resolves.toBeUndefined();
    await expect(sink.clue?.(['NOT_THERE', 'TOKEN'], call)).resolves.toBeUndefined();
    expect((await requests()).filter((request) => request.startsWith('DELETE '))).toEqual([]);
  });

  it('creates, confirms and removes what is not there yet', async () => {
    const before = stored(sandbox.state().circleci);
    const sink = await open(target);
    const fresh = [
      { name: 'Fresh_Empty', value: new Secret('') },
      { name: 'FRESH_LONG', value: 'ß'.repeat(16 * 1024) },
    ];
    await expect(sink.confirm(fresh, {}, call)).resolves.toBe('absent');
    const receipt = await sink.deliver(fresh, call);
    const after = stored(sandbox.state().circleci);
    for (const { name, value } of fresh)
      expect(after).toContain(
        `${place}${name}/value=${JSON.stringify(typeof value === 'string' ? value : '')}`,
      );
    await expect(sink.confirm(fresh, { receipt }, call)).resolves.toBe(confirmation);
    for (let times = 0; times < 2; times++)
      await sink.remove?.(
        fresh.map(({ name }) => name),
        call,
      );
    expect(stored(sandbox.state().circleci).toSorted()).toEqual(before.toSorted());
  });
});

describe('when something goes wrong', () => {
  it.each([
    ['circleci:gh/acme/web', 'POST', 'envvar$', /is new|might be new/],
    ['circleci:gh/acme?context=deploy', 'PUT', '/TOKEN$', /TOKEN_ID is new, TOKEN might be new/],
  ])('%s: says that it may have written when the answer was lost', async (...row) => {
    const [target, method, path, message] = row;
    const action = { dropResponse: true };
    await control('/faults', 'POST', [{ provider: 'circleci', method, path, times: 1, action }]);
    const error = await errorOf((await open(target)).deliver(entries, call));
    expect(error).toMatchObject({ effect: 'unknown', retryable: true });
    expect(error.message).toMatch(message);
    expect(JSON.stringify(sandbox.state().circleci)).toContain(TOKEN);
    const writes = (await requests()).filter((request) => request.startsWith(`${method} `));
    expect(writes).toHaveLength(2);
  });

  it('sees that somebody wrote to a context after it', async () => {
    const sink = await open('circleci:gh/acme?context=deploy');
    const receipt = await sink.deliver(entries, call);
    time += 1;
    const other = await open('circleci:gh/acme?context=deploy');
    await other.deliver(entries, call);
    await expect(sink.confirm(entries, { receipt }, call)).resolves.toBe('different');
    await expect(sink.confirm([{ name: 'TOKEN' }], { receipt }, call)).resolves.toBe('different');
  });

  it('knows one place by all its spellings', async () => {
    const placeOf = async (target: string): Promise<unknown> => {
      const sink = await open(target);
      return [(await sink.check(names, call)).place, sink.server];
    };
    const server = `${sandbox.urls.circleci}/api/v2`;
    const one = [`context:${CONTEXT}`, server];
    expect(await placeOf('circleci:gh/acme?context=deploy')).toEqual(one);
    expect(await placeOf(`circleci:github/Acme?context=${CONTEXT}`)).toEqual(one);
    expect(await placeOf(`circleci:${ORGANIZATION}?context=deploy`)).toEqual(one);
    const project = ['project:dddddddd-0000-4000-8000-000000000000', server];
    expect(await placeOf('circleci:gh/acme/web')).toEqual(project);
    expect(await placeOf('circleci:github/acme/web')).toEqual(project);
  });

  it.each([
    ['circleci:gh/acme/nowhere', 'TARGET_NOT_FOUND', /circleci\/ORG-ID\/PROJECT-ID/],
    ['circleci:bb/acme/web', 'TARGET_NOT_FOUND', /bb\/acme\/web/],
    ['circleci:gh/acme?context=depoly', 'TARGET_NOT_FOUND', /Did you mean "deploy"\?/],
    ['circleci:gh/nobody?context=deploy', 'TARGET_NOT_FOUND', /organization gh\/nobody/],
    [`circleci:gh/acme?context=${ORGANIZATION}`, 'TARGET_NOT_FOUND', /not see it/],
  ])('%s is not there: %s', async (target, code, hint) => {
    const error = await errorOf((await open(target)).check(names, call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
  });

  it.each(['circleci:gh/acme/web', 'circleci:gh/acme?context=deploy'])(
    '%s: a token that may only read changes nothing, and says so',
    async (target) => {
      const before = sandbox.state();
      const error = await errorOf((await open(target, 'reader')).deliver(entries, call));
      expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
      expect(sandbox.state()).toEqual(before);
    },
  );

  it('points to the id of the organization on a server install', async () => {
    const behaviour = { install: 'server' };
    await control('/seed', 'POST', { circleci: { ...world.circleci, behaviour } });
    const error = await errorOf((await open('circleci:gh/acme?context=deploy')).check(names, call));
    expect(error.hint).toContain('circleci:ORG-ID?context=NAME');
    const sink = await open(`circleci:${ORGANIZATION}?context=deploy`);
    await expect(sink.check(names, call)).resolves.toMatchObject({ warnings: [] });
  });
});
