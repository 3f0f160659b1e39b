import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** A package that stands in for the one of that name: its program prints its arguments, and its script leaves a trace. */
async function pack(folder: string, name: string, version: string): Promise<Buffer> {
  const root = await mkdtemp(join(folder, 'package-'));
  const bin = { keyturn: 'bin/keyturn.js' };
  const scripts = { postinstall: 'touch ran' };
  const files = {
    'package.json': JSON.stringify({
      name,
      version,
      scripts,
      ...(name.endsWith('/cli') && { bin }),
    }),
    'bin/keyturn.js': '#!/usr/bin/env node\nconsole.log(process.argv.slice(2).join(" "));\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'package', path)), { recursive: true });
    await writeFile(join(root, 'package', path), text);
  }
  await chmod(join(root, 'package/bin/keyturn.js'), 0o755);
  await run('tar', ['-czf', join(root, 'package.tgz'), '-C', root, 'package']);
  return readFile(join(root, 'package.tgz'));
}

/** A registry on this machine that has these packages and no others, and the variables that make npm ask it. */
export async function startRegistry(packages: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-registry-'));
  const answers = new Map<string, string | Buffer>();
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(decodeURIComponent(url));
    const body = answers.get(decodeURIComponent(url));
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  for (const [name, version] of Object.entries(packages)) {
    const tarball = await pack(folder, name, version);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const dist = { tarball: `${url}/tarballs/${name}`, integrity };
    const bin = { keyturn: 'bin/keyturn.js' };
    const one = {
      name,
      version,
      dist,
      hasInstallScript: true,
      ...(name.endsWith('/cli') && { bin }),
    };
    answers.set(`/tarballs/${name}`, tarball);
    answers.set(
      `/${name}`,
      JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: one } }),
    );
  }
  const env = {
    npm_config_registry: url,
    npm_config_cache: join(folder, 'cache'),
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_offline: 'false',
    npm_config_fetch_retries: '0',
  };
  return { url, env, asked };
}
