import {
  startServer as start,
  type Reply,
  type Routes,
  type TestServer,
} from '@keyturn/core/testing';

/** A server that knows these routes of the API. */
export const startServer = (routes: Routes): Promise<TestServer> => start(routes, '/api/v2');

/** A page of a list. */
export const page = (items: readonly object[], next: string | null = null): Reply => ({
  status: 200,
  body: { items, next_page_token: next },
});

export const said = (status: number, message: string): Reply => ({ status, body: { message } });

export const ID = 'be8bb2e3-c3d6-4098-89f4-572ff976ba9a';
export const OTHER_ID = '1c23d2cb-07b1-4a28-8af3-e369732050ed';
/** How the context deploy of gh/acme is looked up. */
export const LOOKUP = 'GET /context?owner-slug=gh%2Facme&name=deploy';
export const ALL = 'GET /context?owner-slug=gh%2Facme';
export const found = page([{ id: ID, name: 'deploy', created_at: '2026-01-01T00:00:00Z' }]);
