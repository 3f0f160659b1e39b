import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect, promisify } from 'node:util';

import { KeyturnError } from '@keyturn/core';
import { EMPTY } from '@keyturn/core/ledger';
import { adapterContext } from '@keyturn/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { postgresStore } from '../src/store.ts';
import { startProxy } from './support/proxy.ts';
import { PASSWORD, useServer, withServer } from './support/server.ts';
import { append, calm, freshSchema, locationOf, opened, openStore } from './support/stores.ts';

const server = await useServer();
const run = promisify(execFile);

/** Everything that could be printed of a value. */
function everything(value: unknown): string {
  const shown = inspect(value, { depth: 20, showHidden: true, getters: true });
  return `${shown} ${JSON.stringify(value)} ${String(value)}`;
}

await withServer(async () => {
  describe('the password', () => {
    it('is in no error and no report, whatever fails', async () => {
      const wrong = 'hunter2-hunter2-hunter2';
      const schema = freshSchema();
      const proxy = await startProxy(server().port);
      const base = { user: wrong, password: wrong };
      const texts = [
        server().location({ ...base, query: { schema } }),
        server().location({ ...base, port: 1 }),
        server().location({ ...base, query: { sslmode: 'require' } }),
        server().location({ ...base, query: { sslmode: 'verify-full', sslrootcert: 'none.pem' } }),
        server().location({ ...base, host: 'host.invalid', query: { sslmode: 'disable' } }),
      ];
      for (const text of texts) {
        const store = await postgresStore.open(text, adapterContext());
        expect(everything(store)).not.toContain('hunter2');
        const outcomes = await Promise.all([
          store.open('one').catch((error: unknown) => error),
          store.lock('one', 'x').catch((error: unknown) => error),
          store.claim('one', 'x').catch((error: unknown) => error),
          store.check?.(),
        ]);
        for (const outcome of outcomes) expect(everything(outcome)).not.toContain('hunter2');
        expect(outcomes.slice(0, 3).every((outcome) => KeyturnError.is(outcome))).toBe(true);
        await store.close?.();
      }
      // Errors of a live session, too.
      const location = locationOf(server(), schema, { port: proxy.port });
      const store = openStore(location);
      const lock = await store.lock('one', 'x', calm);
      proxy.cut();
      proxy.isClosed = true;
      const error = await append(lock, EMPTY, opened()).catch((thrown: unknown) => thrown);
      expect(everything([error, lock.signal.reason])).not.toContain(PASSWORD);
      await lock.release(calm);
    });

    it('and texts of the server stay out of errors', async () => {
      const schema = freshSchema();
      const store = openStore(locationOf(server(), schema));
      const lock = await store.lock('one', 'x', calm);
      await server().sql(`create function "${schema}".hostile() returns trigger language plpgsql as
        $$ begin raise exception 'hunter2 %', new.record using errcode = 'KT001', detail = 'hunter2'; end $$;
        create trigger hostile before insert on "${schema}".records
          for each row execute function "${schema}".hostile()`);
      const error = await append(lock, EMPTY, opened()).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
      expect(everything(error)).toContain('KT001');
      expect(everything(error)).not.toContain('hunter2');
      await lock.release(calm);
    });

    it('is found in PGPASSWORD, and in a file that nobody else can read', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'keyturn-pgpass-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const file = join(folder, 'passwords');
      const escaped = PASSWORD.replaceAll(/[\\:]/g, '\\$&');
      await writeFile(file, `127.0.0.1:${server().port}:*:admin:${escaped}\n`, { mode: 0o600 });
      const location = {
        ...locationOf(server(), freshSchema()),
        user: undefined,
        password: undefined,
      };
      const connect = (env: Readonly<Record<string, string>>): Promise<number> =>
        openStore(location, { env }).now(calm);
      await connect({ PGUSER: 'admin', PGPASSWORD: PASSWORD });
      await connect({ PGUSER: 'admin', PGPASSFILE: file });
      await rm(join(folder, '.pgpass'), { force: true });
      await expect(connect({ PGUSER: 'admin', HOME: folder })).rejects.toMatchObject({
        code: 'CREDENTIALS_MISSING',
        hint: expect.stringContaining('PGPASSWORD'),
      });
      await writeFile(join(folder, '.pgpass'), `*:*:*:*:${escaped}\n`, { mode: 0o600 });
      await connect({ PGUSER: 'admin', HOME: folder });
      await chmod(file, 0o644);
      await expect(connect({ PGUSER: 'admin', PGPASSFILE: file })).rejects.toMatchObject({
        code: 'CREDENTIALS_MISSING',
      });
      await expect(connect({ PGPASSWORD: PASSWORD })).rejects.toMatchObject({
        code: 'CREDENTIALS_MISSING',
        message: expect.stringContaining('user is missing'),
      });
    });
  });

  describe('the environment of the process', () => {
    it('decides nothing: only that of the context does', async () => {
      const source = (name: string): string => new URL(`../src/${name}.ts`, import.meta.url).href;
      const script = `
        const { createPostgresStore } = await import(${JSON.stringify(source('postgres-store'))});
        const { parseLocation } = await import(${JSON.stringify(source('location'))});
        const { location } = parseLocation(process.argv[1]);
        const options = { clock: { now: Date.now, sleep: async () => {} }, env: {}, directory: '/' };
        const calm = { signal: new AbortController().signal };
        for (const one of [location, { ...location, password: undefined }, { ...location, user: undefined }]) {
          const store = createPostgresStore({ location: one, ...options });
          console.log(await store.now(calm).then(() => 'works', (error) => error.code));
          await store.close();
        }`;
      const { stdout } = await run(
        process.execPath,
        [
          '--conditions=@keyturn/source',
          '--disable-warning=ExperimentalWarning',
          '--input-type=module',
          '--eval',
          script,
          server().location(),
        ],
        {
          cwd: fileURLToPath(new URL('..', import.meta.url)),
          env: {
            PATH: process.env['PATH'],
            PGUSER: 'admin',
            PGPASSWORD: PASSWORD,
            PGHOST: 'host.invalid',
            PGPORT: '1',
            PGDATABASE: 'missing',
            PGSSLMODE: 'require',
            PGOPTIONS: '-c statement_timeout=1 -c nonsense=1',
            PGREPLICATION: 'database',
            PGAPPNAME: 'x',
            PGSSLNEGOTIATION: 'direct',
          },
        },
      );
      expect(stdout.split('\n')).toEqual([
        'works',
        'CREDENTIALS_MISSING',
        'CREDENTIALS_MISSING',
        '',
      ]);
    });
  });
});

describe('the package', () => {
  it('loads the client library when a database is used, and not before', async () => {
    const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const script = `
      import { createRequire } from 'node:module';
      const { default: adapter } = await import(${JSON.stringify(pathToFileURL(index).href)});
      const { adapterContext } = await import('@keyturn/core/testing');
      const store = await adapter.open('postgres://u:p@127.0.0.1:1/x', adapterContext());
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => /[/]pg[/]/.test(path)).length > 0;
      const before = loaded();
      await store.rotations().catch(() => {});
      process.stdout.write(before + ' ' + loaded());`;
    const { stdout } = await run(
      process.execPath,
      [
        '--conditions=@keyturn/source',
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '--eval',
        script,
      ],
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    expect(stdout).toBe('false true');
  });
});
