import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';
import {
  eventsIn,
  fault,
  requestsOf,
  type Running,
  start,
  until,
  untilFaulted,
} from './running.ts';

let place: Place;
beforeEach(async () => {
  place = await makePlace();
  await configure({ grace: '0', settle: '300ms' });
});

function configure(times: { grace: string; settle: string }): Promise<void> {
  const sinks = ['github:acme/web', 'github:acme/docs', 'env:.env.ci'];
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { ...times, sinks } },
  };
  return writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
}

const rotate = (...more: string[]): string[] => [
  'rotate',
  '--replaces',
  place.token('ci-github').id,
  ...more,
];

const slow = (method: string, path: string, delayMs = 700) =>
  fault(place, { method, path, times: 1, action: { delayMs } });

const CREATE = 'service-tokens$';
const arrived = (): Promise<void> => untilFaulted(place);

async function untilSaid({ child }: Running, words: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(() => said.includes(words));
}

/** It ends at once: nothing was under way. */
async function interrupted(run: Running): Running['ended'] {
  const before = Date.now();
  run.child.kill('SIGINT');
  const ended = await run.ended;
  expect(Date.now() - before).toBeLessThan(3000);
  return ended;
}

/** Whatever was left, one more run ends it: one token is left, and every sink has it. */
async function expectConverged(): Promise<void> {
  const next = await start(place, rotate()).ended;
  expect(next).toMatchObject({ code: 0 });
  const live = place
    .tokens()
    .filter(({ name }) => name === 'ci-github' || name.startsWith('keyturn-'))
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id }) => id);
  expect(live).toHaveLength(1);
  for (const repository of ['acme/web', 'acme/docs'])
    expect(place.secret(repository, 'PLANETSCALE_SERVICE_TOKEN_ID')).toBe(live[0]);
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  it('while a token is created: it is recorded, and what is left is said', async () => {
    await slow('POST', CREATE);
    const run = start(place, rotate());
    await arrived();
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('keyturn: interrupted: ');
    expect(stdout).toMatch(/left +\w+ {2}it is in no sink; the next run revokes it\n/);
    expect(stdout).toMatch(
      /error +the run was interrupted before it was complete\n +fix +Run it again/,
    );
    expect((await eventsIn(place)).at(-1)).toBe('issued');
    await expectConverged();
  });

  it('while one of many sinks is written: the others are as they are told to be', async () => {
    await slow('PUT', 'acme/docs');
    const run = start(place, rotate('--json'));
    await arrived();
    run.child.kill(signal);
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    // What was under way was answered, and that all have it is written down: nothing is to be done twice.
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({
      outcome: 'grace',
      phase: 'grace',
      pending: [],
      sinks: [{ status: 'delivered' }, { status: 'delivered' }, { status: 'delivered' }],
      error: null,
    });
    expect((await requestsOf(place)).filter((line) => line.startsWith('DELETE'))).toEqual([]);
    await expectConverged();
  });
});

describe('an interrupt', () => {
  it('of a server that does not answer ends within the time that it is given', async () => {
    await slow('POST', CREATE, 60_000);
    const run = start(place, rotate());
    await arrived();
    const before = Date.now();
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(Date.now() - before).toBeLessThan(15_000);
    expect(stdout).toMatch(/left +a token may exist as keyturn-ci-\S+; the next run/);
    expect((await eventsIn(place)).at(-1)).toBe('lost');
    await expectConverged();
  }, 30_000);

  it('between the two writes of a pair leaves the next run to mend it', async () => {
    await slow('PUT', 'acme/web/actions/secrets/PLANETSCALE_SERVICE_TOKEN$', 60_000);
    const run = start(place, rotate('--json'));
    await arrived();
    run.child.kill('SIGTERM');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    const [rotation] = JSON.parse(stdout).rotations;
    expect(rotation).toMatchObject({ outcome: 'incomplete', error: { code: 'INTERRUPTED' } });
    expect(rotation.pending).toHaveLength(1);
    await expectConverged();
  }, 30_000);

  it('while the grace is waited for ends at once, and says when to run again', async () => {
    await configure({ grace: '1h', settle: '300ms' });
    const run = start(place, rotate('--wait'));
    await untilSaid(run, 'waiting 1h');
    const { code, stdout } = await interrupted(run);
    expect(code).toBe(130);
    expect(stdout).toMatch(/^ci grace in/);
    expect(stdout).toMatch(/next +run again after .+ UTC \(in (?:1h|59m.*)\) to revoke it/);
  });

  it('while the settle time is waited for ends at once, and says what is waited for', async () => {
    await configure({ grace: '0', settle: '1h' });
    await slow('PUT', 'acme/docs', 60_000);
    const killed = start(place, rotate());
    await arrived();
    killed.child.kill('SIGKILL');
    await killed.ended;
    const run = start(place, rotate());
    await untilSaid(run, 'settling');
    const { code, stdout } = await interrupted(run);
    expect(code).toBe(130);
    expect(stdout).toMatch(/kept +\w+ {2}a lost request may still write it to .*github:acme\/docs/);
    expect(stdout).toMatch(/next +run again after/);
  });

  it('with --json prints exactly one document, wherever it comes', async () => {
    for (const milliseconds of [150, 250, 350, 450]) {
      const run = start(place, rotate('--json', '--force'));
      await sleep(milliseconds);
      run.child.kill('SIGINT');
      const { code, signal, stdout } = await run.ended;
      // Before the program has begun, the signal ends it as it ends any process.
      if (signal !== null) continue;
      expect(code).toBeOneOf([0, 130]);
      expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, rotations: [{ name: 'ci' }] });
    }
    await expectConverged();
  });

  it('of rotations side by side ends each of them, and leaves no lock behind', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const rotations = Object.fromEntries(
      names.map((name) => [
        name,
        { sinks: [`env:.env.${name}`], token: { permissions: ['read_organization'] } },
      ]),
    );
    const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations };
    await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
    for (const name of names)
      await writeFile(join(place.folder, `.env.${name}`), '', { mode: 0o600 });
    await fault(place, { method: 'POST', path: CREATE, times: 3, action: { delayMs: 700 } });
    const run = start(place, ['rotate', '--json', '--jobs', '3']);
    await until(
      async () => (await requestsOf(place)).filter((one) => one.endsWith('s')).length === 3,
    );
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    // The fourth was not begun; of each other the token that came is recorded.
    expect(JSON.parse(stdout).rotations).toMatchObject(
      ['a', 'b', 'c'].map((name) => ({
        name,
        outcome: 'incomplete',
        error: { code: 'INTERRUPTED' },
        pending: [{ id: expect.any(String) }],
      })),
    );
    expect(await start(place, ['rotate']).ended).toMatchObject({ code: 0 });
    const live = place
      .tokens()
      .filter(({ name, revokedAt }) => name.startsWith('keyturn-') && revokedAt === null);
    expect(live).toHaveLength(names.length);
  });

  it('by a terminal that closes, which says so twice, lets what is under way end', async () => {
    await slow('POST', CREATE, 1500);
    const run = start(place, rotate());
    await arrived();
    run.child.kill('SIGHUP');
    await untilSaid(run, 'interrupted');
    run.child.kill('SIGHUP');
    expect(await run.ended).toMatchObject({ code: 130 });
    expect((await eventsIn(place)).at(-1)).toBe('issued');
    await expectConverged();
  });

  it('that comes twice ends the run at once, and is as safe as a kill', async () => {
    await slow('POST', CREATE, 3000);
    const run = start(place, rotate());
    await arrived();
    const before = Date.now();
    run.child.kill('SIGINT');
    await sleep(100);
    run.child.kill('SIGINT');
    const { code } = await run.ended;
    expect(code).toBe(130);
    expect(Date.now() - before).toBeLessThan(1500);
    expect((await eventsIn(place)).at(-1)).toBe('started');
    // The token comes to be all the same; one more run finds it, though not by itself.
    await until(() => place.tokens().filter(({ name }) => name.startsWith('keyturn-')).length > 0);
    await expectConverged();
  });
});
