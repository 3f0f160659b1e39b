import { appendFile, chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { CONFIG, examine, place, problems } from './doctor.ts';
import { ID, TOKEN } from './keyturn.ts';
import { fault } from './running.ts';

describe('what surrounds a rotation', () => {
  it('is told where the configuration cannot be used, and the rest is looked at', async () => {
    const here = await place(CONFIG.replace('laptop: { sinks', 'laptop: { sink'));
    const { lines } = await examine(here);
    expect(problems(lines)).toMatchObject([
      {
        area: 'config',
        text: expect.stringMatching(/yaml:6:\d+: rotations\.laptop\.sink: unknown key/),
        fix: 'Did you mean sinks?',
      },
    ]);
    expect(lines.some(({ area, severity }) => area === 'issuer' && severity === 'ok')).toBe(true);
  });

  it('is told where an adapter is missing, with the line that installs it', async () => {
    const { lines } = await examine(await place(CONFIG.replace('env:.env.local', 'vercel:web')));
    expect(problems(lines)).toMatchObject([
      { area: 'adapters', fix: expect.stringContaining('npm install') },
    ]);
  });

  it('is told of ledgers that were altered and of who holds one', async () => {
    const here = await place();
    const old = here.token('ci-github').id;
    await here.keyturn(['rotate', 'laptop', '--replaces', old]);
    const ledger = join(here.folder, '.keyturn', 'laptop.jsonl');
    const { lines: whole } = await examine(here);
    expect(whole.find(({ area }) => area === 'store')?.text).toMatch(
      /1 ledger with \d+ records, none altered/,
    );
    await writeFile(ledger, (await readFile(ledger, 'utf8')).replace('"issued"', '"Issued"'));
    await mkdir(join(here.folder, '.keyturn', 'laptop.lock'));
    const { start, ...holder } = {
      owner: 'ana@laptop',
      pid: 4711,
      start: '',
      host: 'elsewhere',
      instance: 'x',
      since: new Date().toISOString(),
    };
    await writeFile(
      join(here.folder, '.keyturn', 'laptop.lock', 'a'.repeat(32)),
      JSON.stringify({ ...holder, start }),
    );
    const { found } = await examine(here);
    expect(found).toMatchObject([
      { rule: 'ledger', severity: 'problem', text: expect.stringContaining('laptop.jsonl:') },
      {
        rule: 'lock',
        severity: 'note',
        text: expect.stringMatching(/^laptop: a run is under way by ana@laptop \(process 4711/),
      },
    ]);
    expect(await readdir(join(here.folder, '.keyturn', 'laptop.lock'))).toEqual(['a'.repeat(32)]);
  });

  it('is told by the ledgers where a token went', async () => {
    const here = await place();
    const old = here.token('ci-github');
    await here.keyturn(['rotate', 'laptop', '--replaces', old.id, '--grace', '0']);
    const gone = await examine(here, ['--token-id', old.id]);
    expect(problems(gone.lines)).toMatchObject([
      {
        rule: 'token-revoked',
        text: expect.stringMatching(/: the rotation laptop revoked it at 20/),
      },
    ]);
    const { current } = JSON.parse((await here.keyturn(['status', 'laptop', '--json'])).stdout)
      .rotations[0];
    const there = await examine(here, ['--token-id', current.id]);
    expect(there.found).toMatchObject([
      { rule: 'token-rotation', text: expect.stringContaining('laptop issued it') },
    ]);
    const { found } = await examine(here, [], { [ID]: old.id, [TOKEN]: old.token });
    expect(found).toMatchObject([
      { rule: 'issuer', severity: 'problem' },
      { rule: 'issuer-revoked', text: expect.stringContaining('laptop revoked it') },
    ]);
  });

  it('is told of a folder for ledgers that anybody may write', async () => {
    const here = await place('');
    await mkdir(join(here.folder, '.keyturn'));
    await chmod(join(here.folder, '.keyturn'), 0o777);
    expect((await examine(here)).found).toContainEqual(
      expect.objectContaining({
        area: 'store',
        severity: 'warning',
        text: expect.stringContaining('chmod o-w'),
      }),
    );
    await appendFile(join(here.folder, 'state'), '');
    const { code, found } = await examine(here, [], { KEYTURN_STATE: 'state' });
    expect([code, problems(found)[0]?.text]).toEqual([
      6,
      `${join(here.folder, 'state')}: it is not a folder`,
    ]);
    expect((await stat(join(here.folder, 'state'))).size).toBe(0);
  });

  it('is told of clocks that differ, and of a budget that is used up', async () => {
    const here = await place('');
    const date = new Date(Date.now() + 5 * 60_000).toUTCString();
    const headers = { date, 'x-ratelimit-limit': '600', 'x-ratelimit-remaining': '12' };
    await fault(here, { provider: 'planetscale', action: { status: 403, headers, body: {} } });
    const { found } = await examine(here);
    expect(found).toContainEqual(
      expect.objectContaining({
        area: 'clock',
        severity: 'problem',
        text: expect.stringMatching(/this machine is (5m|4m \d+s).* behind/),
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        area: 'limits',
        severity: 'warning',
        text: expect.stringContaining('12 of 600'),
      }),
    );
  });

  it('is told of a way that leads nowhere: proxies, certificates and hosts', async () => {
    const here = await place();
    const env = {
      GITHUB_API_URL: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://ana:password1234@proxy.example:3128',
      NO_PROXY: 'localhost',
      HTTP_PROXY: 'proxy.example',
      NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem',
    };
    const { lines } = await examine(here, [], env);
    expect(JSON.stringify(lines)).not.toContain('password1234');
    const network = lines
      .filter(({ area }) => area === 'network')
      .map(({ severity, text: line }) => `${severity} ${line}`);
    expect(network).toEqual([
      expect.stringMatching(/^ok HTTPS_PROXY .*proxy\.example:3128.*localhost$/),
      'problem HTTP_PROXY is not the URL of a proxy',
      expect.stringMatching(/^problem NODE_EXTRA_CA_CERTS .*\/nowhere\/ca\.pem/),
      expect.stringMatching(/can be reached$/),
      expect.stringMatching(/^warning .*127\.0\.0\.1:9 \(\d+ tries\)$/),
    ]);
    expect(problems(lines)).toContainEqual(
      expect.objectContaining({
        area: 'sinks',
        text: expect.stringMatching(
          /^github:acme\/web, github:acme\/api\?environment=production: 127\.0\.0\.1:9: /,
        ),
      }),
    );
  });

  it('ends in time where hosts take requests and never answer', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const sockets: { destroy(): void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const here = await place();
    const { code, lines } = await examine(here, ['--timeout', '2s', '--token-id', 'cigithub4w8d'], {
      PLANETSCALE_API_URL: url,
      GITHUB_API_URL: url,
    });
    expect(code).toBe(6);
    const failed = problems(lines);
    expect(failed.map(({ area }) => area)).toEqual(expect.arrayContaining(['issuer', 'sinks']));
    for (const { fix } of failed) expect(fix).toContain('HTTPS_PROXY');
    // Those that answer are shown all the same; a busy machine may be too slow for some.
    expect(lines.filter(({ area, severity }) => area === 'sinks' && severity === 'ok')).not.toEqual(
      [],
    );
  });
});
