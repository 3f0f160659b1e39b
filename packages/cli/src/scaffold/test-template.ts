/** The conformance test of a sink's package, with what it talks to; filled as `templates.ts` says. */
export const conformanceTest = `import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from '__test__';

import { adapterContext, runSinkConformance, type SinkFixture } from '@keyturn/core/testing';

import sink from '../src/index.ts';

await runSinkConformance('__kind__', openFixture, { test });

/** A sink, and a server on loopback that answers as the real one does. */
async function openFixture(): Promise<SinkFixture> {
  const credential = 'credential-of-the-test';
  const web = new Map([['NEIGHBOUR', 'stays']]);
  const projects = new Map([
    ['web', web],
    ['api', new Map<string, string>()],
  ]);
  const received: { route: string; changes: boolean }[] = [];
  let mode: 'works' | 'denies' | 'stalls' | 'loses one answer' = 'works';

  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    received.push({ route: \`\${method} \${url}\`, changes: method !== 'GET' });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (mode === 'stalls') return;
    const [, name = ''] = /^\\/projects\\/([^/]+)\\/secrets$/.exec(url) ?? [];
    const secrets = projects.get(name);
    const isKnown = mode !== 'denies' && headers.authorization === \`Bearer \${credential}\`;
    if (!isKnown || secrets === undefined) {
      response.writeHead(isKnown ? 404 : 403).end();
      return;
    }
    if (method === 'PATCH') {
      const { entries } = JSON.parse(Buffer.concat(chunks).toString()) as {
        entries: { name: string; value: string }[];
      };
      for (const entry of entries) secrets.set(entry.name, entry.value);
    }
    if (mode === 'loses one answer') {
      mode = 'works';
      response.destroy();
      return;
    }
    response.end(JSON.stringify({ id: \`id-of-\${name}\`, names: [...secrets.keys()] }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const context = adapterContext({
    env: { __KIND___TOKEN: credential, __KIND___API_URL: \`http://127.0.0.1:\${port}\` },
    // keyturn's own fetch asks for the right to write as well.
    async fetch(url, init) {
      if (init?.method !== 'GET') await init?.beforeWrite?.();
      return fetch(url, init);
    },
  });
  const isOurs = (name: string): boolean => ['TOKEN_ID', 'TOKEN'].includes(name);

  return {
    sink: await sink.open('__kind__:web', context),
    names: ['TOKEN_ID', 'TOKEN'],
    stored: (name) => web.get(name),
    neighbours: () => [
      [...web].filter(([name]) => !isOurs(name)),
      [...(projects.get('api') ?? [])],
    ],
    foreignWrite: (name, value) => web.set(name, value),
    credential,
    deny: () => (mode = 'denies'),
    stall: () => (mode = 'stalls'),
    loseAnswer: () => (mode = 'loses one answer'),
    requests: () => [...received],
    elsewhere: () => sink.open('__kind__:api', context),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
`;
