import { KeyturnError, Secret, type Receipt, type SecretSink } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { startSandbox, type RecordedRequest, type Sandbox } from '@keyturn/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import { control, github, OLD_STAMP } from './world.ts';

const CANARY = 'pscale_tkn_CANARY';
const entries = [
  { name: 'TOKEN_ID', value: 'new-id' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const names = entries.map(({ name }) => name);

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ world: { github } });
});
afterEach(() => sandbox.close());

const open = (target: string): Promise<SecretSink> => openSink(target, sandbox.urls.github);
const requests = async (): Promise<string[]> => {
  const answer = await control(sandbox, 'GET', '/requests');
  const list = (await answer.json()) as RecordedRequest[];
  return list.map(({ method, path }) => `${method} ${path}`);
};

/** Everything that is stored, as `path=value`; times only of what nobody wrote. */
function stored(state: unknown): string[] {
  const leaves = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`))
      : [`${path}=${JSON.stringify(value)}`];
  return leaves(state, '').filter((leaf) => !/\/TOKEN(?:_ID)?\/updatedAt=/.test(leaf));
}

// Key and home, the writes, the stamps; of an organization's secrets also who sees each.
describe.each([
  ['github:acme/web', '/acme/web/actions/', 5],
  ['github:acme/web?app=dependabot', '/acme/web/dependabot/', 5],
  ['github:acme/web?app=codespaces', '/acme/web/codespaces/', 5],
  ['github:acme/web?environment=production', '/acme/web/environments/production/', 5],
  ['github:acme', '/organizations/acme/actions/', 8],
  ['github:acme?app=dependabot', '/organizations/acme/dependabot/', 9],
  ['github:acme?app=codespaces', '/organizations/acme/codespaces/', 7],
])('%s', (target, place, cost) => {
  it('costs one list more at first contact, unless who sees them is read anyway', async () => {
    const sink = await open(target);
    const updatedAt = OLD_STAMP;
    await expect(sink.check(['token', 'NEW', 'TOKEN_ID'], call)).resolves.toMatchObject({
      present: [
        { name: 'token', updatedAt },
        { name: 'TOKEN_ID', updatedAt },
      ],
    });
    const list = (await requests()).filter((request) => request.endsWith('/secrets?per_page=100'));
    expect(list).toHaveLength(target.includes('/') ? 1 : 0);
  });

  it('changes the values of its secrets in place, and nothing else anywhere', async () => {
    const before = stored(sandbox.state().github);
    const sink = await open(target);
    await expect(sink.check(names, { ...call, known: true })).resolves.toMatchObject({
      place: expect.stringMatching(/^(repository|organization):\d+/),
      clock: expect.any(String),
      warnings: [],
    });
    const receipt = await sink.deliver(entries, call);
    expect(await requests()).toHaveLength(cost);
    expect(receipt).toMatchObject({ clock: receipt.at, stamps: { TOKEN: expect.any(String) } });
    const expected = before.map((leaf) =>
      leaf
        .replace(`${place}TOKEN_ID/value="old"`, `${place}TOKEN_ID/value="new-id"`)
        .replace(`${place}TOKEN/value="old"`, `${place}TOKEN/value="${CANARY}"`),
    );
    expect(expected.filter((leaf, i) => leaf !== before[i])).toHaveLength(2);
    expect(stored(sandbox.state().github).toSorted()).toEqual(expected.toSorted());
    await expect(sink.confirm(entries, { receipt }, call)).resolves.toBe('same');
  });

  it('creates, confirms and removes what is not there yet', async () => {
    const before = stored(sandbox.state().github);
    const sink = await open(target);
    const fresh = [
      { name: 'Fresh_Empty', value: new Secret('') },
      { name: 'FRESH_LONG', value: 'ß'.repeat(24 * 1024) },
    ];
    await expect(sink.confirm(fresh, {}, call)).resolves.toBe('absent');
    const receipt: Receipt = await sink.deliver(fresh, call);
    const after = stored(sandbox.state().github);
    for (const { name, value } of fresh)
      expect(after).toContain(
        `${place}${name.toUpperCase()}/value=${JSON.stringify(typeof value === 'string' ? value : '')}`,
      );
    await expect(sink.confirm(fresh, { receipt }, call)).resolves.toBe('same');
    for (let times = 0; times < 2; times++)
      await sink.remove?.(
        fresh.map(({ name }) => name),
        call,
      );
    expect(stored(sandbox.state().github).toSorted()).toEqual(before.toSorted());
  });
});

describe('when something goes wrong', () => {
  it('says that it may have written when the answer was lost', async () => {
    await control(sandbox, 'POST', '/faults', [
      { provider: 'github', method: 'PUT', path: '/TOKEN$', action: { dropResponse: true } },
    ]);
    const sink = await open('github:acme/web');
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject({ effect: 'unknown', retryable: true });
    expect(error.message).toContain('TOKEN_ID is new, TOKEN might be new');
    expect(sandbox.state().github?.['acme/web']?.actions?.['TOKEN']?.value).toBe(CANARY);
    expect((await requests()).filter((request) => request.startsWith('PUT '))).toHaveLength(2);
  });

  it('asks for the right to write before each write, and for nothing else', async () => {
    const sink = await open('github:acme/web');
    let asked = 0;
    const beforeWrite = async (): Promise<void> => void (asked += 1);
    const options = { ...call, beforeWrite };
    await sink.check(names, options);
    await sink.confirm(entries, {}, options);
    await sink.neighbours?.({ names }, options);
    expect(asked).toBe(0);
    await sink.deliver(entries, options);
    expect(asked).toBe(2);
    await sink.remove?.(['TOKEN'], options);
    expect(asked).toBe(3);
  });

  it('sends nothing once the right to write is lost', async () => {
    const sink = await open('github:acme/web');
    const lost = new KeyturnError('STATE_LOST', 'another run took over', { effect: 'none' });
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    await expect(errorOf(sink.deliver(entries, options))).resolves.toMatchObject({
      code: 'STATE_LOST',
      effect: 'none',
    });
    expect((await requests()).filter((request) => request.startsWith('PUT'))).toEqual([]);
  });

  it('tells that GitHub ignores the case of names, in slots too', async () => {
    const sink = await open('github:acme/web');
    for (const one of [sink, sink.slots?.('SLOT')]) expect(one?.limits.ignoresCase).toBe(true);
  });

  it('tells what it removed before it had to stop, and removes nothing more', async () => {
    const sink = await open('github:acme/web');
    const lost = new KeyturnError('STATE_LOST', 'another run took over', { effect: 'none' });
    let asked = 0;
    const beforeWrite = (): Promise<void> => {
      asked += 1;
      return asked === 2 ? Promise.reject(lost) : Promise.resolve();
    };
    const removing = sink.remove?.([...names, 'NEIGHBOUR'], { ...call, beforeWrite });
    const error = await errorOf(removing ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'unknown' });
    const left = Object.keys(sandbox.state().github?.['acme/web']?.actions ?? {});
    expect(left.toSorted()).toEqual(['NEIGHBOUR', 'TOKEN']);
  });

  it.each([
    ['github:acme/nowhere', 'TARGET_NOT_FOUND'],
    ['github:acme/web?environment=nowhere', 'TARGET_NOT_FOUND'],
    ['github:nobody', 'TARGET_NOT_FOUND'],
  ])('%s is not there: %s', async (target, code) => {
    const error = await errorOf((await open(target)).check(names, call));
    expect(error).toMatchObject({ code, effect: 'none' });
  });

  it('names the permission that a fine-grained token lacks', async () => {
    const tokens = [{ token: TOKEN, kind: 'fine-grained', permissions: { metadata: 'read' } }];
    await control(sandbox, 'POST', '/seed', { github: { ...github, tokens } });
    const error = await errorOf((await open('github:acme/web')).check(names, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('secrets=read');
  });
});
