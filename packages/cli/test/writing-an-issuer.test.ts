import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { installCore, nodeTest, typeCheck } from './author.ts';
import { temporaryFolder } from '../../host/test/temporary-folder.ts';

const page = await readFile(new URL('../../../docs/writing-an-issuer.md', import.meta.url), 'utf8');
const code = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';

/** The service that the page makes up: pages of two keys, and keys that work. */
const test = `
import { test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { adapterContext, runIssuerConformance } from '@keyturn/core/testing';
import issuer from './depot.ts';

async function open() {
  const keys = [];
  const make = (name, roles) => {
    const key = { id: randomUUID(), name, roles, created: new Date().toISOString(), secret: randomUUID() };
    keys.push(key);
    return key;
  };
  const shown = ({ secret, ...key }) => key;
  const respond = (method, url, bearer, body) => {
    const self = keys.find(({ secret }) => secret === bearer);
    if (url.pathname === '/self') return self ? [200, shown(self)] : [401, {}];
    if (bearer !== 'manager') return [403, {}];
    const [, , , , id] = url.pathname.split('/');
    if (method === 'POST') return [201, make(body.name, body.roles)];
    const page = 2 * (Number(url.searchParams.get('page') ?? 1) - 1);
    if (id === undefined) return [200, keys.slice(page, page + 2).map(shown)];
    const index = keys.findIndex((key) => key.id === id);
    if (index < 0) return [404, {}];
    return [200, shown(method === 'DELETE' ? keys.splice(index, 1)[0] : keys[index])];
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const bearer = request.headers.authorization.slice('Bearer '.length);
    const url = new URL(request.url, 'http://depot.test');
    const [status, answer] = respond(request.method, url, bearer, JSON.parse(text || '{}'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const env = { DEPOT_TOKEN: 'manager', DEPOT_API_URL: 'http://127.0.0.1:' + server.address().port };
  const context = adapterContext({ env });
  const asking = async (url, { beforeWrite, ...init }) => {
    await beforeWrite?.();
    return fetch(url, init);
  };
  return {
    issuer: await issuer.open({ team: 'web' }, { ...context, fetch: asking }),
    permissions: ['deploy', 'read'],
    unknownId: 'nobody',
    credential: 'manager',
    tokens: () => keys.map(({ id, name, roles }) => ({ id, label: name, permissions: roles })),
    seedMany: (count) =>
      Array.from({ length: count }, (_, nth) => make('seed-' + nth, ['read'])).map(
        ({ id, name }) => ({ id, label: name }),
      ),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

await runIssuerConformance('depot', open, { test });
`;

it('the issuer of the page is short, typed, and passes the conformance kit', async () => {
  expect(code.trimEnd().split('\n').length).toBeLessThan(95);
  const folder = await temporaryFolder({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        target: 'es2023',
        module: 'nodenext',
        allowImportingTsExtensions: true,
        noEmit: true,
        types: ['node'],
      },
      include: ['depot.ts'],
    }),
    'depot.ts': code,
    'depot.test.mjs': test,
  });
  await installCore(folder);
  expect(await typeCheck(folder)).toBe('clean');
  const { passed, failed } = await nodeTest(folder, 'depot.test.mjs');
  expect(failed).toBe(0);
  expect(passed).toBeGreaterThan(15);
});
