import type { Neighbour } from '@keyturn/core';
import { errorOf, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';
import {
  ID,
  ORGANIZATION_ID,
  OTHER_ID,
  page,
  READ_PROJECT,
  said,
  SHOWN,
  startServer,
} from './server.ts';

const VARIABLES = 'GET /project/gh/acme/web/envvar';
const CONTEXTS = `GET /context?owner-id=${ORGANIZATION_ID}&owner-type=account`;
const inContext = (id: string): string => `GET /context/${id}/environment-variable`;
const token = 'abcdefghQa7x';
const names = ['TOKEN_ID', 'TOKEN'];
const project = page([
  { name: 'TOKEN_ID', value: 'xxxxQa7x' },
  { name: 'OLD_NAME', value: 'xxxxQa7x' },
  { name: 'OTHER', value: 'xxxxQa7y' },
  { name: 'SHORT', value: 'xxxx' },
]);
const contexts = page([
  { id: ID, name: 'deploy' },
  { id: OTHER_ID, name: 'release\u001b[2J' },
]);

const withoutTarget = ({ name, scope, shows }: Neighbour): Neighbour => ({
  name,
  ...(scope !== undefined && { scope }),
  ...(shows !== undefined && { shows }),
});

async function near(
  target: string,
  routes: Routes,
  query: { token?: string } = { token },
): Promise<{ found: unknown; asked: number }> {
  await using server = await startServer(routes);
  const sink = await openSink(target, server.url);
  const all = await sink.neighbours?.({ names, ...query }, call);
  const found = all?.map((one) => withoutTarget(one));
  return { found, asked: server.routes.length };
}

describe('what is near the names of a project', () => {
  const routes: Routes = {
    [VARIABLES]: project,
    [CONTEXTS]: contexts,
    [inContext(ID)]: page([
      { variable: 'TOKEN', truncated_value: 'else' },
      { variable: 'UNRELATED', truncated_value: 'Qa7x' },
    ]),
    [inContext(OTHER_ID)]: page([{ variable: 'TOKEN_ID', truncated_value: 'Qa7x' }]),
  };

  it('is what else it has, and the same names in contexts of the organization', async () => {
    const { found } = await near('circleci:gh/acme/web', routes);
    expect(found).toEqual([
      { name: 'OLD_NAME', shows: 'maybe' },
      { name: 'OTHER' },
      { name: 'SHORT' },
      { name: 'TOKEN', scope: 'context deploy' },
      { name: 'TOKEN_ID', scope: 'context release\\u001b[2J', shows: 'maybe' },
    ]);
  });

  it('shows no token where none is asked about', async () => {
    const { found } = await near('circleci:gh/acme/web', routes, {});
    expect(JSON.stringify(found)).not.toContain('maybe');
  });

  it('is told by a bounded number of requests', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => ID.slice(0, -2) + String(10 + i));
    const items = ids.map((id) => ({ id, name: id }));
    const many = Object.fromEntries(
      ids.map((id) => [inContext(id), page([{ variable: 'TOKEN' }])]),
    );
    const { found, asked } = await near('circleci:gh/acme/web', {
      ...many,
      [VARIABLES]: page([]),
      [CONTEXTS]: page(items, 'two'),
    });
    expect(found).toHaveLength(10);
    expect(asked).toBe(13);
  });

  it.each(['on the whole', 'in one of them'])(
    'leaves contexts out that are refused %s',
    async (where) => {
      const denied = said(403, 'Permission denied.');
      const { found } = await near('circleci:gh/acme/web', {
        ...routes,
        [where === 'on the whole' ? CONTEXTS : inContext(ID)]: denied,
      });
      expect(JSON.stringify(found)).not.toContain('context deploy');
      expect(JSON.stringify(found).includes('context release')).toBe(where !== 'on the whole');
    },
  );

  it('is not told by halves where CircleCI fails', async () => {
    await using server = await startServer({ ...routes, [CONTEXTS]: said(500, 'No.') });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const looked = sink.neighbours?.({ names }, call);
    expect(await errorOf(looked ?? Promise.resolve())).toMatchObject({ code: 'REMOTE_FAILED' });
  });

  it('needs the id of the organization on a server install', async () => {
    const { found } = await near('circleci:gh/acme/web', {
      ...routes,
      [READ_PROJECT]: { ...said(403, 'Permission denied.'), headers: { date: SHOWN.text } },
    });
    expect(JSON.stringify(found)).not.toContain('context');
  });
});

it('near the names of a context are its others, and the same names in the other contexts', async () => {
  const { found } = await near(`circleci:${ORGANIZATION_ID}?context=${ID}`, {
    [inContext(ID)]: page([{ variable: 'TOKEN' }, { variable: 'OTHER', truncated_value: 'Qa7x' }]),
    [CONTEXTS]: contexts,
    [inContext(OTHER_ID)]: page([{ variable: 'TOKEN' }]),
  });
  expect(found).toEqual([
    { name: 'OTHER', shows: 'maybe' },
    { name: 'TOKEN', scope: 'context release\\u001b[2J' },
  ]);
});
