import { Secret, type Expectation } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { hintOf } from '../src/hint.ts';
import { box, call } from './context.ts';

const SECRET = 'pscale_tkn_0123456789';
const world = {
  'acme/infra': {
    variables: [
      { key: 'TOKEN_ID', value: 'abcdefghijkl' },
      { key: 'TOKEN', value: SECRET },
      { key: 'TOKEN', value: 'another', environment_scope: 'production' },
      { key: 'HIDDEN', value: SECRET, hidden: true },
    ],
  },
};
const id = { name: 'TOKEN_ID', value: 'abcdefghijkl' };
const token = { name: 'TOKEN', value: new Secret(SECRET) };

describe('confirm', () => {
  it.each<[string, Expectation[], string]>([
    ['what it holds', [id, token], 'same'],
    ['another value', [id, { ...token, value: 'other' }], 'different'],
    ['no value', [{ name: 'TOKEN' }], 'unreadable'],
    ['a value and no value', [id, { name: 'TOKEN' }], 'unreadable'],
    ['another value and no value', [{ ...id, value: 'x' }, { name: 'TOKEN' }], 'different'],
    ['a hidden one', [{ name: 'HIDDEN', value: SECRET }], 'unreadable'],
    [
      'a hidden one beside another value',
      [
        { name: 'HIDDEN', value: 'x' },
        { ...id, value: 'y' },
      ],
      'different',
    ],
    ['nothing', [{ name: 'NONE', value: 'x' }], 'absent'],
    ['half of it', [id, { name: 'NONE', value: 'x' }], 'different'],
    ['no names', [], 'unreadable'],
  ])('of %s', async (_, expected, confirmation) => {
    const { open } = await box(world);
    const sink = await open('gitlab:acme/infra');
    await expect(sink.confirm(expected, {}, call)).resolves.toBe(confirmation);
  });

  it('does not take what it may not see for gone', async () => {
    const { open, change, state } = await box(world);
    const sink = await open('gitlab:acme/infra');
    const tokens = state().tokens?.map((one) => ({ ...one, admin: false, roles: {} })) ?? [];
    await change({ tokens });
    const error = await errorOf(sink.confirm([token], {}, call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
  });
});

describe('holds', () => {
  it('shows the id and the end of the secret, of its own scope', async () => {
    const { open } = await box(world);
    const sink = await open('gitlab:acme/infra');
    const hint = { id: 'abcdefghijkl', tail: '6789' };
    await expect(sink.holds?.(['TOKEN_ID', 'TOKEN'], call)).resolves.toEqual(hint);
    await expect(sink.holds?.(['TOKEN_ID', 'HIDDEN'], call)).resolves.toEqual({ id: hint.id });
    await expect(sink.holds?.(['TOKEN_ID', 'NONE'], call)).resolves.toBeUndefined();
    await expect(sink.holds?.(['HIDDEN'], call)).resolves.toBeUndefined();
  });

  it.each([
    [['abc', SECRET], { id: 'abc', tail: '6789' }],
    [[`abc:${SECRET}`], { id: 'abc', tail: '6789' }],
    [[`ID=abc\nTOKEN=${SECRET}\n`], { id: 'abc', tail: '6789' }],
    [[SECRET], { tail: '6789' }],
    [['short'], undefined],
    [['abc', 'short'], { id: 'abc' }],
    // Whatever stands first: nothing as long as a secret is shown whole.
    [[`${SECRET}${SECRET}`, 'abc'], undefined],
    [['not an id', SECRET], { tail: '6789' }],
    [[''], undefined],
    [[undefined], undefined],
  ])('of %j shows %j', (values, hint) => {
    expect(hintOf(values)).toEqual(hint);
  });
});
