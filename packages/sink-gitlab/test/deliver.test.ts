import { Secret } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { box, call, type GitLab, type Variable } from './context.ts';

const PLAIN = 'pscale_tkn_NEW-value';
const entries = [
  { name: 'TOKEN_ID', value: 'newid0000001' },
  { name: 'TOKEN', value: new Secret(PLAIN) },
];
const names = entries.map(({ name }) => name);

/** Every attribute set to what no new variable gets. */
const kept = {
  variable_type: 'file',
  protected: true,
  masked: true,
  raw: false,
  description: 'ours',
} as const;
const rows = (scopes: readonly string[]): Variable[] => [
  ...scopes.flatMap((environment_scope) =>
    names.map((key) => ({ key, value: `old-in-${environment_scope}`, ...kept, environment_scope })),
  ),
  { key: 'NEIGHBOUR', value: 'theirs' },
];
const SCOPES = ['*', 'production', 'prod*'];
const full: GitLab = {
  'acme/infra': { id: 7, variables: rows(SCOPES) },
  'acme/other': { variables: rows(SCOPES) },
  groups: { acme: { id: 9, variables: rows(SCOPES) } },
  instance: { variables: rows(['*']) },
};
const TARGETS = [
  ['gitlab:acme/infra', 'acme/infra', '*'],
  ['gitlab:acme/infra?scope=production', 'acme/infra', 'production'],
  ['gitlab:7?scope=prod*', 'acme/infra', 'prod*'],
  ['gitlab:acme?level=group', 'groups/acme', '*'],
  ['gitlab:acme?level=group&scope=production', 'groups/acme', 'production'],
  ['gitlab:?level=instance', 'instance', '*'],
] as const;

/** Everything that is stored, a line for each attribute of each variable. */
function lines(state: GitLab): string[] {
  const holders = {
    ...state,
    ...Object.fromEntries(
      Object.entries(state.groups ?? {}).map(([path, group]) => [`groups/${path}`, group]),
    ),
  } as Record<string, { readonly variables?: readonly Variable[] }>;
  return Object.entries(holders).flatMap(([place, { variables = [] }]) =>
    variables.flatMap(({ key, environment_scope, ...attributes }) =>
      Object.entries(attributes).map(
        ([name, value]) => `${place} ${environment_scope} ${key} ${name}=${JSON.stringify(value)}`,
      ),
    ),
  );
}

describe.each(TARGETS)('%s', (target, place, scope) => {
  it('changes the values of its variables in place, and nothing else anywhere', async () => {
    const { open, state, requests } = await box(full);
    const before = lines(state());
    const sink = await open(target);
    await sink.check(names, call);
    await sink.deliver(entries, call);
    const asked = await requests();
    expect(asked.filter((request) => request.startsWith('PUT '))).toHaveLength(2);
    // Each name, what the token may do, and the project or group; the answers to the writes prove them.
    expect(asked).toHaveLength(target.endsWith('instance') ? 5 : 6);
    const expected = before.map((line) =>
      line
        .replace(/^(\S+ \S+ TOKEN_ID value)=.*$/, (all, head: string) =>
          head.startsWith(`${place} ${scope} `) ? `${head}="newid0000001"` : all,
        )
        .replace(/^(\S+ \S+ TOKEN value)=.*$/, (all, head: string) =>
          head.startsWith(`${place} ${scope} `) ? `${head}="${PLAIN}"` : all,
        ),
    );
    expect(expected.filter((line, i) => line !== before[i])).toHaveLength(2);
    expect(lines(state())).toEqual(expected);
    await expect(sink.confirm(entries, {}, call)).resolves.toBe('same');
  });

  it('creates and removes what is not there yet', async () => {
    const { open, state, requests } = await box(full);
    const before = lines(state());
    const sink = await open(target);
    const fresh = [
      { name: 'FRESH_ID', value: 'id' },
      { name: 'FRESH', value: new Secret('pa$$word-%') },
      { name: 'FRESH_FILE', value: 'A=1\nB=2\n' },
    ];
    await sink.check(
      fresh.map(({ name }) => name),
      call,
    );
    await sink.deliver(fresh, call);
    expect((await requests()).filter((one) => one.startsWith('POST '))).toHaveLength(3);
    const added = lines(state()).filter((line) => !before.includes(line));
    const at = `${place} ${scope}`;
    expect(added).toHaveLength(3 * 7);
    expect(added).toEqual(
      expect.arrayContaining([
        `${at} FRESH_ID masked=false`,
        `${at} FRESH_ID raw=true`,
        `${at} FRESH_ID variable_type="env_var"`,
        `${at} FRESH value="pa$$word-%"`,
        `${at} FRESH masked=true`,
        `${at} FRESH raw=true`,
        `${at} FRESH protected=false`,
        `${at} FRESH hidden=false`,
        `${at} FRESH_FILE variable_type="file"`,
        `${at} FRESH_FILE value="A=1\\nB=2\\n"`,
      ]),
    );
    for (let times = 0; times < 2; times++)
      await sink.remove?.(
        fresh.map(({ name }) => name),
        call,
      );
    expect(lines(state())).toEqual(before);
  });
});

describe('a delivery', () => {
  it('looks first where nothing was checked', async () => {
    const { open, requests } = await box({ 'acme/infra': { variables: rows(['*']).slice(0, 1) } });
    await (await open('gitlab:acme/infra')).deliver(entries, call);
    const methods = (await requests()).map((request) => request.split(' ')[0]);
    expect(methods.slice(0, 2)).toEqual(['GET', 'GET']);
    expect(new Set(methods.slice(2))).toEqual(new Set(['POST', 'PUT']));
  });

  it('updates what somebody has created since it looked', async () => {
    const { open, state, change } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    await sink.check(names, call);
    await change({ 'acme/infra': { variables: rows(['*']) } });
    await sink.deliver(entries, call);
    const found = state()['acme/infra']?.variables?.find(({ key }) => key === 'TOKEN');
    expect(found).toMatchObject({ value: PLAIN, ...kept });
  });

  it('creates what somebody has removed since it looked', async () => {
    const { open, state, change } = await box(full);
    const sink = await open('gitlab:acme/infra');
    await sink.check(names, call);
    await change({ 'acme/infra': {} });
    await sink.deliver(entries, call);
    expect(state()['acme/infra']?.variables).toHaveLength(2);
  });

  it('accepts a hidden value unseen, and leaves it hidden', async () => {
    const hidden = names.map((key) => ({ key, value: 'old-value', hidden: true }));
    const { open, state } = await box({ 'acme/infra': { variables: hidden } });
    const sink = await open('gitlab:acme/infra');
    await sink.deliver(entries, call);
    expect(state()['acme/infra']?.variables).toMatchObject([
      { value: 'newid0000001', hidden: true, masked: true },
      { value: PLAIN, hidden: true, masked: true },
    ]);
    await expect(sink.confirm(entries, {}, call)).resolves.toBe('unreadable');
  });

  it('does not unmask a variable to make a value fit', async () => {
    const { open, state } = await box(full);
    const before = lines(state());
    const sink = await open('gitlab:acme/infra');
    const bad = [{ name: 'TOKEN', value: new Secret('two words here') }];
    const error = await errorOf(sink.deliver(bad, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.hint).toContain('masked');
    expect(lines(state())).toEqual(before);
  });

  it('is not content with another value than it sent', async () => {
    const { open, fault } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    await fault({
      method: 'POST',
      action: { status: 201, body: { key: 'TOKEN', value: 'other', environment_scope: '*' } },
    });
    const error = await errorOf(sink.deliver(entries.slice(1), call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('may bring characters that only a raw value can have and be masked', async () => {
    const { open, state } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    for (const value of ['plain-value', 'next$value%']) {
      await sink.deliver([{ name: 'TOKEN', value }], call);
      expect(state()['acme/infra']?.variables).toMatchObject([{ value, masked: true, raw: true }]);
    }
  });

  it.each([
    ['gitlab:acme/infra', 'A-B', 'x', 'NAME_INVALID'],
    ['gitlab:acme/infra', 'A'.repeat(256), 'x', 'NAME_INVALID'],
    ['gitlab:acme/infra', 'A', 'nul\0', 'VALUE_INVALID'],
    ['gitlab:?level=instance', 'A', 'x'.repeat(10_001), 'VALUE_INVALID'],
  ])('to %s of %s is refused before any request', async (target, name, value, code) => {
    const { open, requests } = await box(full);
    const error = await errorOf((await open(target)).deliver([{ name, value }], call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(await requests()).toEqual([]);
  });
});
