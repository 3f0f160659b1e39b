import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { makePlace, type Ended, type Place } from './keyturn.ts';

const PACKAGE = 'keyturn-sink-shelf';
const example = fileURLToPath(new URL('../../../examples/sink-shelf', import.meta.url));
const LEAK = 'shelf_k3v9x0q2abcdw4e5r6t7';

/** A server of Shelf with two secrets under the issuer's usual names. */
async function shelf(): Promise<string> {
  const stored = ['PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'].map((name) => ({
    name,
    updatedAt: '2026-01-01T00:00:00Z',
  }));
  const server = createServer((request, response) => {
    const isAllowed = request.headers.authorization === 'Bearer let-me-in-please';
    response.writeHead(isAllowed ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isAllowed ? stored : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a stranger's sink that declares everything", () => {
  let place: Place;
  let keyturn: (...args: readonly string[]) => Promise<Ended>;
  const documentOf = async (...args: readonly string[]): Promise<never> =>
    JSON.parse((await keyturn(...args, '--json')).stdout) as never;

  beforeEach(async () => {
    place = await makePlace();
    const modules = join(place.folder, 'node_modules');
    await mkdir(modules);
    await symlink(example, join(modules, PACKAGE));
    await mkdir(join(place.folder, '.shelf'));
    const manifest = { name: 'web', devDependencies: { [PACKAGE]: '0.1.0' } };
    await writeFile(join(place.folder, 'package.json'), JSON.stringify(manifest));
    const env = { SHELF_URL: await shelf(), SHELF_TOKEN: 'let-me-in-please', SHELF_PROJECT: 'web' };
    keyturn = (...args) => place.keyturn(args, env);
  });

  it('has its line in adapters', async () => {
    const { adapters } = (await documentOf('adapters')) as { adapters: object[] };
    expect(adapters).toContainEqual({
      role: 'sink',
      kind: 'shelf',
      package: PACKAGE,
      version: '0.1.0',
    });
  });

  it('has its names in discover', async () => {
    expect((await keyturn('discover', '--json')).stdout).toContain('"shelf:web"');
  });

  it('has its pipeline, credentials and package in init', async () => {
    const { code, stderr } = await keyturn('init', '--yes', '--org', 'acme');
    expect([0, 6]).toContain(code);
    const pipeline = await readFile(join(place.folder, '.shelf/keyturn.yml'), 'utf8');
    expect(pipeline).toContain('#   KEYTURN_SHELF_TOKEN');
    expect(pipeline).toContain('export SHELF_TOKEN="$KEYTURN_SHELF_TOKEN"');
    const config = await readFile(join(place.folder, 'keyturn.config.yaml'), 'utf8');
    expect(config).toContain('shelf:web');
    const pinned = await readFile(join(place.folder, '.shelf/keyturn/package.json'), 'utf8');
    expect(pinned).toContain(`"${PACKAGE}": "0.1.0"`);
    expect(stderr).toContain('Put the secrets into the settings of the project: ');
    expect(stderr).toContain('KEYTURN_SHELF_TOKEN');
  });

  it('is offered for --ci, and refused where it is not installed', async () => {
    const refused = await keyturn('init', '--yes', '--org', 'acme', '--ci', 'depot');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('shelf') });
    const { stdout } = await keyturn('__complete', 'keyturn', 'init', '--ci', '');
    expect(stdout).toContain('shelf');
  });

  it('has its check in doctor, and its weak pipelines', async () => {
    await writeFile(
      join(place.folder, 'keyturn.config.yaml'),
      'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [shelf:web] }\n',
    );
    await writeFile(join(place.folder, '.shelf/old.yml'), 'script: npx -y @keyturn/cli rotate\n');
    const { stdout } = await keyturn('doctor', '--security');
    expect(stdout).toContain('shelf:web');
    expect(stdout).toContain('.shelf/old.yml');
    const denied = await place.keyturn(['doctor'], {
      SHELF_URL: await shelf(),
      SHELF_TOKEN: 'wrong-token-of-shelf',
    });
    expect(denied.stdout).toContain('shelf:web');
    expect(denied.code).not.toBe(0);
  });

  it('has its leak form in audit', async () => {
    const git = (...args: readonly string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@a', ...args], {
        cwd: place.folder,
      });
    await writeFile(join(place.folder, 'notes.txt'), `token = ${LEAK}\n`);
    await git('init', '--quiet');
    await git('add', 'notes.txt');
    await git('commit', '--quiet', '-m', 'notes');
    const { stdout } = await keyturn('audit', '--json');
    expect(stdout).toContain('notes.txt');
    expect(stdout).not.toContain(LEAK);
  });
});
