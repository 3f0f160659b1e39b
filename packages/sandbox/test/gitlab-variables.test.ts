import { describe, expect, it } from 'vitest';

import { filter, gitlab, gitlabWith } from './gitlab.ts';
import { sandbox } from './support.ts';

const INFRA = '/projects/acme%2Finfra/variables';
const PLACES = [
  ['project', INFRA, 'Variable'],
  ['group', '/groups/acme/variables', 'GroupVariable'],
  ['instance', '/admin/ci/variables', 'InstanceVariable'],
] as const;
const AMBIGUOUS =
  "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'";

describe.each(PLACES)('the variables of a %s', (kind, base, name) => {
  it('are created, read, changed and deleted', async () => {
    const api = gitlab(await sandbox());
    const shown = {
      variable_type: 'env_var',
      key: 'A_1',
      value: 'x',
      protected: false,
      masked: false,
      raw: false,
      description: null,
      ...(kind !== 'instance' && { hidden: false, environment_scope: '*' }),
    };
    expect(await api('POST', base, { key: ' A_1 ', value: 'x' })).toMatchObject({ status: 201 });
    expect((await api('GET', `${base}/A_1`)).body).toEqual(shown);
    const changed = await api('PUT', `${base}/A_1`, { value: 'y', protected: true });
    expect([changed.status, changed.body]).toEqual([
      200,
      { ...shown, value: 'y', protected: true },
    ]);
    const deleted = await api('DELETE', `${base}/A_1`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, body } = await api(method, `${base}/A_1`);
      expect([status, body]).toEqual([404, { message: `404 ${name} Not Found` }]);
    }
  });

  it('cannot be created twice', async () => {
    const api = gitlab(await sandbox());
    const body = { key: 'A', value: 'x' };
    expect((await api('POST', base, body)).status).toBe(201);
    const second = await api('POST', base, body);
    expect([second.status, second.body]).toEqual([
      400,
      { message: { key: ['(A) has already been taken'] } },
    ]);
  });

  it.each([
    [{ value: 'x' }, { error: 'key is missing' }],
    [{}, { error: 'key is missing, value is missing' }],
    [{ key: 'A', value: 'x', masked: 'maybe' }, { error: 'masked is invalid' }],
    [
      { key: 'A', value: 'x', variable_type: 'secret' },
      { error: 'variable_type does not have a valid value' },
    ],
    [
      { key: 'A B', value: 'x' },
      { message: { key: ["can contain only letters, digits and '_'."] } },
    ],
    [
      { key: 'A'.repeat(256), value: 'x' },
      { message: { key: ['is too long (maximum is 255 characters)'] } },
    ],
    [{ key: 'A', value: 'short', masked: true }, { message: { value: ['is invalid'] } }],
    [{ key: 'A', value: 'with$dollar', masked: true }, { message: { value: ['is invalid'] } }],
    [
      { key: 'A', value: 'a space is', masked: true, raw: true },
      { message: { value: ['is invalid'] } },
    ],
    ['[', { error: 'The body is invalid' }],
  ])('are refused for %j', async (body, answer) => {
    const reply = await gitlab(await sandbox())('POST', base, body);
    expect([reply.status, reply.body]).toEqual([400, answer]);
  });

  it('are masked with more characters when they are raw', async () => {
    const api = gitlab(await sandbox());
    const body = { key: 'A', value: 'with$dollar', masked: true, raw: 'true' };
    expect((await api('POST', base, body)).body).toMatchObject({ masked: true, raw: true });
  });

  it('have a limit', async () => {
    const { api } = await gitlabWith({
      'acme/infra': {},
      behaviour: { limits: { project: 1, group: 1, instance: 1 } },
    });
    await api('POST', base, { key: 'A', value: 'x' });
    const { status, body } = await api('POST', base, { key: 'B', value: 'x' });
    expect([status, body.message.base]).toEqual([400, [expect.stringContaining('(1) exceeded')]]);
    expect((await api('PUT', `${base}/A`, { value: 'y' })).status).toBe(200);
  });
});

describe.each(PLACES.slice(0, 2))('the scopes of a %s', (_, base) => {
  const seeded = async () => {
    const variables = ['*', 'production'].map((environment_scope) => ({
      key: 'A',
      value: environment_scope,
      environment_scope,
    }));
    return gitlabWith({ 'acme/infra': { variables }, groups: { acme: { variables } } });
  };

  it('have one row for each, and are compared as text', async () => {
    const { api } = await seeded();
    for (const scope of ['*', 'production'])
      expect((await api('GET', `${base}/A?${filter(scope)}`)).body.value).toBe(scope);
    expect((await api('GET', `${base}/A?${filter('prod*')}`)).status).toBe(404);
    expect(
      (await api('POST', base, { key: 'A', value: 'x', environment_scope: 'review/*' })).status,
    ).toBe(201);
    expect(
      (await api('POST', base, { key: 'A', value: 'x', environment_scope: 'production' })).body,
    ).toEqual({
      message: { key: ['(A) has already been taken'] },
    });
  });

  it('are ambiguous without a filter', async () => {
    const { api } = await seeded();
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await api(method, `${base}/A`);
      expect([status, body]).toEqual([409, { message: AMBIGUOUS }]);
    }
  });

  it('are filtered by the query, by JSON and by forms, of a DELETE too', async () => {
    const { api, box } = await seeded();
    const scoped = { filter: { environment_scope: 'production' } };
    expect((await api('PUT', `${base}/A`, { value: 'new', ...scoped })).body).toMatchObject({
      value: 'new',
      environment_scope: 'production',
    });
    const form = await fetch(`${box.urls.gitlab}/api/v4${base}/A`, {
      method: 'PUT',
      headers: { 'private-token': 'glpat-all' },
      body: new URLSearchParams({ value: 'form', 'filter[environment_scope]': '*' }),
    });
    expect(await form.json()).toMatchObject({ value: 'form', environment_scope: '*' });
    expect((await api('DELETE', `${base}/A`, scoped)).status).toBe(204);
    expect((await api('DELETE', `${base}/A?${filter('production')}`)).status).toBe(404);
    expect((await api('GET', `${base}/A`)).body.value).toBe('form');
  });

  it.each(['', '/a', 'a/', 'a,b'])('may not be called "%s"', async (environment_scope) => {
    const { api } = await seeded();
    const { status, body } = await api('POST', base, { key: 'B', value: 'x', environment_scope });
    expect([status, Object.keys(body.message)]).toEqual([400, ['environment_scope']]);
  });

  it('hold hidden values, which nobody reads again', async () => {
    const { api, box } = await seeded();
    const body = { key: 'H', value: 'hidden-value', masked_and_hidden: true };
    const shown = { value: null, hidden: true, masked: true };
    expect((await api('POST', base, body)).body).toMatchObject(shown);
    expect((await api('PUT', `${base}/H`, { value: 'another-value' })).body).toMatchObject(shown);
    expect((await api('PUT', `${base}/H`, { value: null })).body).toEqual({
      message: { value: ['is invalid'] },
    });
    expect((await api('PUT', `${base}/H`, { masked: false })).body).toEqual({
      message: {
        base: ['The visibility setting cannot be changed for masked and hidden variables.'],
      },
    });
    expect(
      (await api('PUT', `${base}/A?${filter('*')}`, { masked_and_hidden: true })).body.hidden,
    ).toBe(false);
    expect(JSON.stringify(box.state().gitlab)).toContain('another-value');
  });
});

describe('the variables of a group', () => {
  it('are updated at random where no filter says which', async () => {
    const variables = ['review', 'production'].map((environment_scope) => ({
      key: 'A',
      value: 'old',
      environment_scope,
    }));
    const { api } = await gitlabWith({ groups: { acme: { variables } } });
    const { status, body } = await api('PUT', '/groups/acme/variables/A', { value: 'new' });
    expect([status, body.environment_scope]).toEqual([200, 'review']);
  });

  it('lose their scope where the licence lacks it', async () => {
    const { api } = await gitlabWith({
      groups: { acme: {} },
      behaviour: { groupScopes: 'ignored' },
    });
    const body = { key: 'A', value: 'x', environment_scope: 'production' };
    expect((await api('POST', '/groups/acme/variables', body)).body.environment_scope).toBe('*');
  });
});

describe('a list of variables', () => {
  it('comes in pages of 20, or of 100 at most, in the order of creation', async () => {
    const variables = Array.from({ length: 230 }, (_, i) => ({ key: `V${i}`, value: `${i}` }));
    const { api, box } = await gitlabWith({ 'acme/infra': { variables } });
    const first = await api('GET', INFRA);
    expect(first.body).toHaveLength(20);
    expect(first.headers.get('x-next-page')).toBe('2');
    const last = await api('GET', `${INFRA}?per_page=1000&page=3`);
    expect(last.body).toHaveLength(30);
    expect(last.body[0].key).toBe('V200');
    expect(Object.fromEntries(last.headers)).toMatchObject({
      'x-page': '3',
      'x-per-page': '100',
      'x-next-page': '',
      'x-prev-page': '2',
      'x-total': '230',
      'x-total-pages': '3',
    });
    expect(last.headers.get('link')).toContain(
      `<${box.urls.gitlab}/api/v4${INFRA}?per_page=100&page=2>; rel="prev"`,
    );
    expect((await api('GET', `${INFRA}?pagination=keyset`)).status).toBe(405);
  });

  it('is told of a rate limit as text', async () => {
    const { api, box } = await gitlabWith({ 'acme/infra': {} });
    const headers = { 'retry-after': '60', 'ratelimit-remaining': '0' };
    await fetch(`${box.control}/faults`, {
      method: 'POST',
      body: JSON.stringify({
        provider: 'gitlab',
        times: 1,
        action: { status: 429, headers, body: 'Retry later\n' },
      }),
    });
    const limited = await api('GET', INFRA);
    expect([limited.status, limited.text]).toEqual([429, 'Retry later\n']);
    expect(limited.headers.get('content-type')).toContain('text/plain');
    expect((await api('GET', INFRA)).status).toBe(200);
  });
});
