import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { sinkPackage } from '../src/scaffold/sink-package.ts';
import { installCore, nodeTest } from './author.ts';
import { temporaryFolder } from '../../host/test/temporary-folder.ts';
import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';

const page = await readFile(
  new URL('../../../docs/writing-an-adapter.md', import.meta.url),
  'utf8',
);
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
const block = (language: string): string =>
  blocks.find(([, name]) => name === language)?.[2] ?? expect.fail(`no block of ${language}`);

/** The service that the page makes up: it answers the one token, remembers, and holds the names already. */
async function startDepot(): Promise<{ env: Record<string, string>; stored: Map<string, string> }> {
  const stored = new Map([
    [ID, 'the id in use'],
    [TOKEN, 'the token in use'],
  ]);
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { entries = [] } = JSON.parse(text || '{}') as {
        entries?: { name: string; value: string }[];
      };
      const allowed = request.headers.authorization === 'Bearer depot-credential';
      if (!allowed || request.url !== '/projects/web/secrets') {
        response.writeHead(allowed ? 404 : 401).end();
        return;
      }
      for (const { name, value } of entries) stored.set(name, value);
      response.end(JSON.stringify({ id: '4711', names: [...stored.keys()] }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const env = { DEPOT_TOKEN: 'depot-credential', DEPOT_API_URL: `http://127.0.0.1:${port}` };
  return { env, stored };
}

/** A checkout as the page describes it. */
async function makeCheckout(): Promise<Place> {
  const place = await makePlace();
  await installCore(place.folder);
  await mkdir(join(place.folder, 'sinks'));
  await writeFile(join(place.folder, 'sinks/depot.ts'), block('ts'));
  return place;
}

describe('the sink of docs/writing-an-adapter.md', () => {
  it('has fewer than 54 lines, and is the same as the one of init', () => {
    expect(block('ts').trimEnd().split('\n').length).toBeLessThan(54);
    expect(block('ts')).toBe(sinkPackage('depot')['src/index.ts']);
  });

  it('passes the conformance kit', async () => {
    const test = sinkPackage('depot')['test/conformance.test.ts'] ?? '';
    const folder = await temporaryFolder({
      'package.json': '{ "type": "module" }',
      'sinks/depot.ts': block('ts'),
      'sinks/depot.test.ts': test.replace('../src/index.ts', './depot.ts'),
    });
    await installCore(folder);
    const { passed, failed } = await nodeTest(folder, 'sinks/*.test.ts');
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(30);
  });

  it('is rotated by the configuration of the page, and filtered by its path, id and kind', async () => {
    const place = await makeCheckout();
    await writeFile(join(place.folder, 'keyturn.config.yaml'), block('yaml'));
    const depot = await startDepot();
    const old = place.token('ci-github').id;
    const line = ['rotate', '--replaces', old, '--grace', '0', '--json'];
    const { code, stdout } = await place.keyturn(line, depot.env);
    const [rotation] = JSON.parse(stdout).rotations;
    expect([code, rotation.outcome, rotation.revoked]).toEqual([0, 'rotated', [old]]);
    expect(rotation.sinks).toMatchObject([{ id: 'depot:web', status: 'delivered' }]);
    expect(rotation.requests.depot).toBe(2);
    const { id, token } = place.token(rotation.current.id);
    expect(depot.stored.get(ID)).toBe(id);
    expect(depot.stored.get(TOKEN)).toBe(token);

    for (const filter of ['./sinks/depot.ts:web', './sinks/depot.ts', 'depot:web', 'depot']) {
      const again = await place.keyturn(['rotate', '--sink', filter, '--json'], depot.env);
      expect([filter, again.code]).toEqual([filter, 0]);
      expect(JSON.parse(again.stdout).rotations[0].outcome).toBe('current');
    }
  });

  it('is rotated without a configuration', async () => {
    const place = await makeCheckout();
    const depot = await startDepot();
    const old = place.token('ci-github').id;
    const sink = ['--sink', './sinks/depot.ts:web', '--org', 'acme', '--replaces', old];
    const { code, stdout } = await place.keyturn(['rotate', ...sink, '--json'], depot.env);
    expect([code, JSON.parse(stdout).rotations[0].outcome]).toEqual([0, 'grace']);
    expect(depot.stored.get(ID)).toBe(JSON.parse(stdout).rotations[0].current.id);
  });

  it('is refused before a token is created where it may not write', async () => {
    const place = await makeCheckout();
    const depot = await startDepot();
    const before = place.tokens().length;
    const old = place.token('ci-github').id;
    const sink = ['--sink', './sinks/depot.ts:api', '--org', 'acme', '--replaces', old];
    expect((await place.keyturn(['rotate', ...sink], depot.env)).code).toBe(4);
    expect(place.tokens().length).toBe(before);
  });

  it('is told in one line where its module is not there', async () => {
    const place = await makeCheckout();
    const { code, stderr } = await place.keyturn(['rotate', '--sink', './sinks/typo.ts:web']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^keyturn: .*typo\.ts: .*\n {2}Check the path .*\n$/);
  });
});
