import { Secret, type Receipt, type SecretSink } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import {
  startSandbox,
  type GitHubWorld,
  type ItemWorld,
  type RecordedRequest,
  type Sandbox,
} from '@keyturn/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { slotInvalid } from '../src/messages.ts';
import { call, openSink, TOKEN } from './context.ts';
import { control, github, stampOf } from './world.ts';

const VARIABLE = 'TOKEN_SLOT';
const names = ['TOKEN_ID', 'TOKEN'];
const entries = (version: string) => [
  { name: 'TOKEN_ID', value: `${version}-id` },
  { name: 'TOKEN', value: new Secret(`${version}-secret`) },
];

let sandbox: Sandbox;
let now = Date.parse('2026-11-24T12:00:00.000Z');
beforeEach(async () => {
  sandbox = await startSandbox({ world: { github }, clock: () => now });
});
afterEach(() => sandbox.close());

async function open(target = 'github:acme/web'): Promise<SecretSink> {
  const sink = await openSink(target, sandbox.urls.github);
  const slots = sink.slots?.(VARIABLE);
  if (slots === undefined) throw new Error('it knows no slots');
  return slots;
}
const fault = (one: object): Promise<Response> =>
  control(sandbox, 'POST', '/faults', [{ provider: 'github', times: 1, ...one }]);
async function routes(): Promise<string[]> {
  const list = (await (await control(sandbox, 'GET', '/requests')).json()) as RecordedRequest[];
  return list.map(({ method, path }) => `${method} ${path.replace(/^.*\//, '')}`);
}

interface Shelves {
  readonly secrets: Readonly<Record<string, ItemWorld>>;
  readonly variables: Readonly<Record<string, ItemWorld>>;
}
function shelves(target: string): Shelves {
  const state = sandbox.state().github as GitHubWorld;
  const repository = state['acme/web'];
  if (target === 'github:acme') {
    const { actions = {}, variables = {} } = state.organizations?.['acme'] ?? {};
    return { secrets: actions, variables };
  }
  if (target.includes('environment'))
    return {
      secrets: repository?.environments?.['production'] ?? {},
      variables: repository?.environmentVariables?.['production'] ?? {},
    };
  return { secrets: repository?.actions ?? {}, variables: repository?.variables ?? {} };
}
/** What a job that starts now reads. */
function read(target = 'github:acme/web'): unknown[] {
  const { secrets, variables } = shelves(target);
  const slot = variables[VARIABLE]?.value;
  return [slot, ...names.map((name) => secrets[`${name}_${slot}`]?.value)];
}
const whole = (slot: string, version: string): unknown[] => [
  slot,
  `${version}-id`,
  `${version}-secret`,
];

describe.each(['github:acme/web', 'github:acme/web?environment=production', 'github:acme'])(
  '%s in slots',
  (target) => {
    it.each(['<html>', '[]', '{"value":7}', '{}'])(
      'writes nothing where the variable is answered with %s: it could fill the live slot',
      async (body) => {
        const sink = await open(target);
        await sink.deliver(entries('one'), call);
        await fault({
          method: 'GET',
          path: `/variables/${VARIABLE}`,
          action: { status: 200, body },
        });
        const error = await errorOf(sink.deliver(entries('two'), call));
        expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
        expect(read(target)).toEqual(whole('A', 'one'));
      },
    );

    it('fills A first and creates the variable, then alternates and leaves the other slot alone', async () => {
      const sink = await open(target);
      const before = shelves(target).secrets;
      await expect(sink.confirm(entries('one'), {}, call)).resolves.toBe('absent');
      await sink.deliver(entries('one'), call);
      expect(read(target)).toEqual(whole('A', 'one'));
      const receipt = await sink.deliver(entries('two'), call);
      expect(read(target)).toEqual(whole('B', 'two'));
      expect(shelves(target).secrets['TOKEN_A']?.value).toBe('one-secret');
      const unnamed = names.map((name) => ({ name }));
      await expect(sink.confirm(unnamed, { receipt }, call)).resolves.toBe('same');
      await expect(sink.confirm(unnamed, {}, call)).resolves.toBe('unreadable');
      now += 10_000;
      await sink.deliver(entries('three'), call);
      expect(read(target)).toEqual(whole('A', 'three'));
      await expect(sink.confirm(unnamed, { receipt }, call)).resolves.toBe('different');
      expect(shelves(target).secrets).toMatchObject(before);
    });
  },
);

describe('slots', () => {
  it.each(['github:acme/web?app=dependabot', 'github:acme?app=codespaces'])(
    'are unknown to %s',
    async (target) => {
      expect(await openSink(target, sandbox.urls.github)).not.toHaveProperty('slots');
    },
  );

  it('cost two reads and one write more than a pair', async () => {
    const sink = await open();
    await sink.deliver(entries('one'), call);
    const before = (await routes()).length;
    const fresh = await open();
    await fresh.check(names, { ...call, known: true });
    await fresh.deliver(entries('two'), call);
    const spent = (await routes()).slice(before);
    expect(spent.slice(0, 4).toSorted()).toEqual([
      `GET ${VARIABLE}`,
      `GET ${VARIABLE}`,
      'GET public-key',
      'GET web',
    ]);
    expect(spent.slice(4, 6).toSorted()).toEqual(['PUT TOKEN_B', 'PUT TOKEN_ID_B']);
    expect(spent.slice(6)).toEqual([`PATCH ${VARIABLE}`, 'GET secrets?per_page=100']);
  });

  it('ask for the right to write before each secret and before the flip', async () => {
    const sink = await open();
    let asked = 0;
    const beforeWrite = async (): Promise<void> => void (asked += 1);
    await sink.deliver(entries('one'), { ...call, beforeWrite });
    expect(asked).toBe(3);
    await sink.deliver(entries('two'), { ...call, beforeWrite });
    expect(asked).toBe(6);
  });

  it('are present where a job reads something: in the live slot', async () => {
    const sink = await open();
    await expect(sink.check(names, call)).resolves.toMatchObject({ present: [] });
    await sink.deliver(entries('one'), call);
    const { present } = await sink.check(names, call);
    expect(present?.map(({ name }) => name)).toEqual(names);
    const state = sandbox.state().github as GitHubWorld;
    const variables = { [VARIABLE]: { value: 'B' } };
    const world = { ...state, 'acme/web': { ...state['acme/web'], variables } };
    await control(sandbox, 'POST', '/seed', { github: world });
    await expect(sink.check(names, call)).resolves.toMatchObject({ present: [] });
  });

  it('are told by the stamps of the live secrets and by the variable’s value', async () => {
    const sink = await open();
    const first = await sink.deliver(entries('one'), call);
    const stamp = stampOf(now);
    expect(first.stamps).toEqual({ TOKEN_ID: stamp, TOKEN: stamp, [VARIABLE]: 'A' });
    now += 10_000;
    const second = await sink.deliver(entries('two'), call);
    const look = (receipt: Receipt, since?: string) =>
      sink.confirm(entries('any'), { receipt, since }, call);
    await expect(look(second)).resolves.toBe('same');
    await expect(look(second, second.clock)).resolves.toBe('unreadable');
    await expect(look(first)).resolves.toBe('different');
    const { [VARIABLE]: _, ...unflipped } = second.stamps ?? {};
    await expect(look({ ...second, stamps: unflipped })).resolves.toBe('unreadable');
    // The same slot once more, later.
    now += 10_000;
    await sink.deliver(entries('three'), call);
    await sink.deliver(entries('four'), call);
    await expect(look(second)).resolves.toBe('different');
  });

  it('know a variable and a secret of one name apart', async () => {
    const sink = (await openSink('github:acme/web', sandbox.urls.github)).slots?.('TOKEN');
    const receipt = await sink?.deliver(entries('one'), call);
    const proof = receipt === undefined ? {} : { receipt };
    await expect(sink?.confirm(entries('one'), proof, call)).resolves.toBe('same');
  });

  it('warn of a variable that means something else', async () => {
    const variables = { [VARIABLE]: { value: 'blue' } };
    const world = { ...github, 'acme/web': { ...github['acme/web'], variables } };
    await control(sandbox, 'POST', '/seed', { github: world });
    const sink = await open();
    const { warnings } = await sink.check(names, call);
    expect(warnings).toEqual([slotInvalid(VARIABLE)]);
    await expect(sink.confirm(entries('one'), {}, call)).resolves.toBe('different');
    await sink.deliver(entries('one'), call);
    expect(read()).toEqual(whole('A', 'one'));
  });

  it('take a slot in lower case for what it is', async () => {
    const sink = await open();
    await sink.deliver(entries('one'), call);
    const state = sandbox.state().github as GitHubWorld;
    const variables = { [VARIABLE]: { value: 'a' } };
    const world = { ...state, 'acme/web': { ...state['acme/web'], variables } };
    await control(sandbox, 'POST', '/seed', { github: world });
    await sink.deliver(entries('two'), call);
    expect(read()).toEqual(whole('B', 'two'));
  });

  it('never write the slot of a variable that was created but cannot be seen yet', async () => {
    await control(sandbox, 'POST', '/seed', {
      github: { ...github, 'acme/web': { ...github['acme/web'], variables: {} } },
    });
    await (await open()).deliver(entries('one'), call);
    await fault({ method: 'GET', path: `${VARIABLE}$`, action: { status: 404, body: {} } });
    await (await open()).deliver(entries('two'), call);
    expect(read()).toEqual(whole('B', 'two'));
    expect(shelves('github:acme/web').secrets['TOKEN_A']?.value).toBe('one-secret');
    expect((await routes()).slice(-3, -1)).toEqual(['POST variables', `PATCH ${VARIABLE}`]);
  });
});

describe('when a delivery in slots fails', () => {
  it.each([
    ['the creation of the variable', 'POST', []],
    ['the flip', 'PATCH', [entries('zero')]],
  ])('a lost answer of %s may have had its effect', async (_, method, before) => {
    const sink = await open();
    for (const earlier of before) await sink.deliver(earlier, call);
    await fault({ method, path: '/variables', action: { dropResponse: true } });
    const error = await errorOf(sink.deliver(entries('one'), call));
    expect(error).toMatchObject({ effect: 'unknown', retryable: true });
    expect(read().slice(1)).toEqual(['one-id', 'one-secret']);
    await sink.deliver(entries('one'), call);
    expect(read().slice(1)).toEqual(['one-id', 'one-secret']);
  });

  it('a refused flip has changed nothing that a job reads', async () => {
    const sink = await open();
    await sink.deliver(entries('one'), call);
    await fault({ method: 'PATCH', path: '/variables', action: { status: 403, body: {} } });
    const error = await errorOf(sink.deliver(entries('two'), call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('repository permission "Variables: write"');
    expect(read()).toEqual(whole('A', 'one'));
  });

  it('a refused write beside an answered one has changed nothing that a job reads', async () => {
    const sink = await open();
    await sink.deliver(entries('one'), call);
    await fault({ method: 'PUT', path: '/TOKEN_B$', action: { status: 403, body: {} } });
    const error = await errorOf(sink.deliver(entries('two'), call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(read()).toEqual(whole('A', 'one'));
    expect((await routes()).at(-1)).not.toContain('PATCH');
  });

  it('a lost write to the idle slot may still land, and nothing is flipped', async () => {
    const sink = await open();
    await sink.deliver(entries('one'), call);
    await fault({ method: 'PUT', path: '/TOKEN_B$', action: { dropResponse: true } });
    const error = await errorOf(sink.deliver(entries('two'), call));
    expect(error.effect).toBe('unknown');
    expect(read()).toEqual(whole('A', 'one'));
  });

  it('names the permission that a fine-grained token lacks, in the check', async () => {
    const tokens = [{ token: TOKEN, kind: 'fine-grained', permissions: { secrets: 'write' } }];
    await control(sandbox, 'POST', '/seed', { github: { ...github, tokens } });
    const error = await errorOf((await open()).check(names, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('"Variables: write"');
  });
});

describe('an organization in slots', () => {
  const selected = { visibility: 'selected', selected: ['acme/web', 'acme/api'] } as const;
  const seed = (items: object): Promise<Response> =>
    control(sandbox, 'POST', '/seed', {
      github: { ...github, organizations: { acme: { actions: {}, ...items } } },
    });

  it('lets those see the new secrets that see the live ones, and keeps who sees the variable', async () => {
    await seed({
      actions: { TOKEN_ID_A: { value: 'x', ...selected }, TOKEN_A: { value: 'x', ...selected } },
      variables: { [VARIABLE]: { value: 'A', ...selected } },
    });
    await (await open('github:acme?visibility=all')).deliver(entries('two'), call);
    const { secrets, variables } = shelves('github:acme');
    expect(variables[VARIABLE]).toMatchObject({ value: 'B', ...selected });
    for (const name of names)
      expect(secrets[`${name}_B`]).toMatchObject({
        visibility: 'selected',
        selected: expect.arrayContaining([...selected.selected]),
      });
  });

  it('shows a new variable to those that see the secrets', async () => {
    await seed({});
    await (await open('github:acme?visibility=all')).deliver(entries('one'), call);
    const { secrets, variables } = shelves('github:acme');
    expect(secrets['TOKEN_A']?.visibility).toBe('all');
    expect(variables[VARIABLE]?.visibility).toBe('all');
  });
});
