import type { Neighbour } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { box, call, type Variable } from './context.ts';

const ID = 'abc123def456';
const NAMES = ['TOKEN_ID', 'TOKEN'];
const at = (environment_scope: string, key: string, value: string): Variable => ({
  key,
  value,
  environment_scope,
});

const withoutTarget = ({ name, scope, shows }: Neighbour): Neighbour => ({
  name,
  ...(scope !== undefined && { scope }),
  ...(shows !== undefined && { shows }),
});

async function look(variables: Variable[], target = 'gitlab:acme/infra', token?: string) {
  const gitlab = await box({
    'acme/infra': { variables },
    groups: { acme: { variables } },
    instance: { variables: variables.filter(({ environment_scope: scope }) => scope === '*') },
  });
  const sink = await gitlab.open(target);
  const query = { names: NAMES, ...(token !== undefined && { token }) };
  const near = await sink.neighbours?.(query, call);
  return { found: near?.map((one) => withoutTarget(one)), near, ...gitlab };
}

describe('what is near the names', () => {
  const both = [at('*', 'TOKEN_ID', ID), at('*', 'TOKEN', 'pscale_tkn_1')];

  it('is the same names in other scopes, of which one shows the token', async () => {
    const variables = [
      ...both,
      at('production', 'TOKEN_ID', ID),
      at('production', 'TOKEN', 'pscale_tkn_1'),
      at('review/*', 'TOKEN_ID', 'another'),
      at('production', 'OTHER', 'x'),
    ];
    const { found, requests } = await look(variables, 'gitlab:acme/infra', ID);
    expect(found).toEqual([
      { name: 'TOKEN_ID', scope: 'scope production', shows: 'yes' },
      { name: 'TOKEN', scope: 'scope production' },
      { name: 'TOKEN_ID', scope: 'scope review/*' },
    ]);
    expect(await requests()).toEqual(['GET /projects/acme%2Finfra/variables?per_page=100&page=1']);
  });

  it.each([
    ['the id', ID],
    ['the id before the token', `${ID}:pscale_tkn_1`],
    ['a line', `ID=${ID}\nTOKEN=pscale_tkn_1\n`],
    ['a quoted line', `# ours\nexport ID="${ID}"\r\nTOKEN='x'\r\n`],
    ['a joined line', `A=b\nPAIR='${ID}:pscale_tkn_1'`],
  ])('is another name that shows the token, as %s', async (_, value) => {
    const { found } = await look([...both, at('*', 'PSCALE', value)], 'gitlab:acme/infra', ID);
    expect(found).toEqual([{ name: 'PSCALE', shows: 'yes' }]);
    expect(JSON.stringify(found)).not.toContain(ID);
  });

  it.each([`${ID}7`, `x${ID}`, `A=x${ID}`, `A=${ID}x`, '', '=', `A="${ID}'`])(
    'does not take %j for the token',
    async (value) => {
      const { found } = await look([at('*', 'PSCALE', value)], 'gitlab:acme/infra', ID);
      expect(found).toEqual([{ name: 'PSCALE' }]);
    },
  );

  it('is told of another name in another scope only if it shows the token', async () => {
    const variables = [at('production', 'A', ID), at('production', 'B', 'x'), at('*', 'C', 'x')];
    expect((await look(variables, 'gitlab:acme/infra', ID)).found).toEqual([
      { name: 'A', scope: 'scope production', shows: 'yes' },
      { name: 'C' },
    ]);
    expect((await look(variables, 'gitlab:acme/infra')).found).toEqual([{ name: 'C' }]);
  });

  it.each([
    ['gitlab:acme?level=group&scope=production', [{ name: 'TOKEN', scope: 'scope *' }]],
    ['gitlab:?level=instance', [{ name: 'OTHER' }]],
  ])('is found for %s', async (target, expected) => {
    const variables = [at('*', 'TOKEN', ID), at('*', 'OTHER', 'x'), at('production', 'TOKEN', 'x')];
    expect((await look(variables, target)).found).toEqual(expected);
  });

  it('does not show what is hidden', async () => {
    const hidden = { ...at('production', 'TOKEN_ID', `${ID}-----`), hidden: true };
    const { found } = await look([hidden], 'gitlab:acme/infra', `${ID}-----`);
    expect(found).toEqual([{ name: 'TOKEN_ID', scope: 'scope production' }]);
  });

  it('is read from every page', async () => {
    const many = Array.from({ length: 150 }, (_, i) => at('*', `N${i}`, 'x'));
    const { found } = await look([...many, at('production', 'TOKEN', ID)], undefined, ID);
    expect(found).toHaveLength(151);
    expect(found).toContainEqual({ name: 'TOKEN', scope: 'scope production', shows: 'yes' });
  });

  it('is not guessed if it cannot be read', async () => {
    const { open, fault } = await box({ 'acme/infra': {} });
    const sink = await open('gitlab:acme/infra');
    await fault({ path: '/variables', action: { status: 403, body: { message: 'no' } } });
    const error = await errorOf(sink.neighbours?.({ names: NAMES }, call) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
  });
});
