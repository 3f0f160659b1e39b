import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { useServer, withServer } from '../../store-postgres/test/support/server.ts';
import { schedule, type ScheduleOptions } from '../src/schedule.ts';
import { fleetStatus } from '../src/status.ts';
import { surroundingsOf } from './support/surroundings.ts';

const server = await useServer();
let count = 0;

function config(...names: readonly string[]): string {
  const rotations = Object.fromEntries(
    names.map((name) => [name, { sinks: [`github:acme/${name}`] }]),
  );
  return JSON.stringify({ issuer: { kind: 'planetscale', org: 'acme' }, rotations });
}

/** A folder with a configuration in each of its folders. */
async function makePlace(configs: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-fleet-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'keyturn.config.json'), text);
  };
  for (const [name, text] of Object.entries(configs)) await write(name, text);
  const schema = `schedule_${++count}`;
  const env = { KEYTURN_STATE: server().location({ query: { schema } }) };
  const { signal } = new AbortController();
  const here = surroundingsOf(folder, env, 'test', signal);
  return {
    folder,
    schema,
    write,
    run: (options: ScheduleOptions = { configs: '.' }) => schedule(options, here),
    status: () => fleetStatus({}, here),
  };
}

await withServer(async () => {
  it('queues the rotations of every configuration of a folder, each once, and forgets those that left', async () => {
    const place = await makePlace({ web: config('a', 'b'), data: config('c') });
    await expect(place.status()).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      hint: expect.stringContaining('keyturn fleet schedule'),
    });
    expect(await place.run()).toEqual({ rotations: 3, offered: 3, problems: [] });
    expect(await place.run()).toMatchObject({ rotations: 3, offered: 0 });
    expect(await place.status()).toMatchObject({ rotations: 3, due: 3, queued: 3, running: 0 });
    await place.write('web', config('b', 'd'));
    expect(await place.run()).toMatchObject({ rotations: 3, offered: 1 });
    expect(
      await server().sql(
        `select rotation, configuration from ${place.schema}_fleet.agenda order by 1`,
      ),
    ).toEqual([
      { rotation: 'b', configuration: 'web' },
      { rotation: 'c', configuration: 'data' },
      { rotation: 'd', configuration: 'web' },
    ]);
  });

  it('goes on with what a configuration had that cannot be read now', async () => {
    const place = await makePlace({ web: config('a'), data: config('c') });
    await place.run();
    await place.write('web', '{');
    await place.write('data', config('c', 'e'));
    expect(await place.run()).toMatchObject({
      rotations: 2,
      offered: 1,
      problems: [{ configuration: 'web', error: { code: 'CONFIG_INVALID' } }],
    });
    expect(await place.status()).toMatchObject({ rotations: 3 });
  });

  it('refuses two rotations with one name, since they would share a ledger', async () => {
    const place = await makePlace({ web: config('a'), data: config('a', 'c') });
    const { rotations, problems } = await place.run();
    expect(rotations).toBe(2);
    expect(problems).toMatchObject([
      {
        configuration: 'web',
        error: { message: 'the configurations data and web both have a rotation a' },
      },
    ]);
  });

  it('of several that run at once, the first ones too, queues each rotation once', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
    const place = await makePlace({ all: config(...names) });
    const all = await Promise.all(Array.from({ length: 6 }, () => place.run()));
    expect(all.reduce((sum, { offered }) => sum + offered, 0)).toBe(50);
  });

  it('needs a PostgreSQL', async () => {
    const place = await makePlace({ web: config('a') });
    const { signal } = new AbortController();
    const here = surroundingsOf(place.folder, {}, 'test', signal);
    await expect(schedule({ configs: '.' }, here)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('KEYTURN_STATE=postgres://'),
    });
  });
});
