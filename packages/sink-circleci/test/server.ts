import {
  startServer as start,
  type Reply,
  type Routes,
  type TestServer,
} from '@keyturn/core/testing';

export const ID = 'be8bb2e3-c3d6-4098-89f4-572ff976ba9a';
export const OTHER_ID = '1c23d2cb-07b1-4a28-8af3-e369732050ed';
export const PROJECT_ID = 'dddddddd-0000-4000-8000-000000000000';
export const ORGANIZATION_ID = 'aaaaaaaa-0000-4000-8000-000000000000';
export const READ_PROJECT = 'GET /project/gh/acme/web';
export const READ_GROUPS = `GET /context/${ID}/restrictions`;
/** What the platform's clock shows with every answer that says nothing else. */
export const SHOWN = { text: 'Tue, 24 Nov 2026 01:00:05 GMT', iso: '2026-11-24T01:00:05.000Z' };

/** A server that knows these routes of the API, and those that tell where one is. */
export const startServer = (routes: Routes): Promise<TestServer> =>
  start(
    {
      [READ_PROJECT]: {
        status: 200,
        body: { id: PROJECT_ID, organization_id: ORGANIZATION_ID },
        headers: { date: SHOWN.text },
      },
      [READ_GROUPS]: page([]),
      ...routes,
    },
    '/api/v2',
  );

/** A page of a list. */
export const page = (items: readonly object[], next: string | null = null): Reply => ({
  status: 200,
  body: { items, next_page_token: next },
  headers: { date: SHOWN.text },
});

export const said = (status: number, message: string): Reply => ({ status, body: { message } });

/** How the context deploy of gh/acme is looked up. */
export const LOOKUP = 'GET /context?owner-slug=gh%2Facme&name=deploy';
export const ALL = 'GET /context?owner-slug=gh%2Facme';
export const found = page([{ id: ID, name: 'deploy', created_at: '2026-01-01T00:00:00Z' }]);
