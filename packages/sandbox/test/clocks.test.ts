import { describe, expect, it } from 'vitest';

import type { ClockSettings } from '../src/index.ts';
import { circleci, contextId } from './circleci.ts';
import { gitlab } from './gitlab.ts';
import {
  client,
  control,
  createClock,
  github,
  planetscale,
  putSecret,
  sandbox,
} from './support.ts';

const SECRETS = '/repos/acme/web/actions/secrets';
const VARIABLES = '/repos/acme/web/actions/variables';
const TOKENS = '/organizations/acme/service-tokens';
const timeOf = (text: string | null): number => Date.parse(text ?? '');

describe('the clocks of the providers', () => {
  it('agree with no other clock, in front and behind', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    const { body } = await control(box)('GET', '/clocks');
    const settings = Object.values<ClockSettings>(body);
    const offsets = settings.flatMap((one) => [one.storageOffsetMs, one.frontOffsetMs]);
    expect(Object.keys(body)).toEqual(['planetscale', 'github', 'gitlab', 'circleci', 'aws', 's3']);
    expect(new Set([...offsets, 0]).size).toBe(13);
  });

  it('stamp what GitHub stores in whole seconds, by another clock than its answers', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    await control(box)('PUT', '/clocks', {
      github: { storageOffsetMs: 2700, frontOffsetMs: -4200 },
    });
    const written = await putSecret(github(box), SECRETS, 'FRESH', 'x');
    expect(timeOf(written.headers.get('date'))).toBe(clock.now() - 5000);
    const { body } = await github(box)('GET', `${SECRETS}/FRESH`);
    const second = new Date(clock.now() + 2000).toISOString().replace('.000Z', 'Z');
    expect(body).toEqual({ name: 'FRESH', created_at: second, updated_at: second });
    expect(box.state().github?.['acme/web']?.actions?.['FRESH']?.updatedAt).toBe(
      new Date(clock.now()).toISOString(),
    );
    const { body: requests } = await control(box)('GET', '/requests');
    expect(requests.at(-1).at).toBe(new Date(clock.now()).toISOString());
  });

  it('show two writes of one second alike at GitHub, and apart at CircleCI', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    await control(box)('PUT', '/clocks', { github: { storageOffsetMs: 0 } });
    const context = `/context/${await contextId(circleci(box), 'deploy')}/environment-variable`;
    const write = async () => {
      await putSecret(github(box), SECRETS, 'A', 'x');
      const { body } = await github(box)('GET', `${SECRETS}/A`);
      const at = await circleci(box)('PUT', `${context}/A`, { value: 'x' });
      return [timeOf(body.updated_at), timeOf(at.body.updated_at)];
    };
    const [github1, circleci1] = await write();
    clock.advance(900);
    const [github2, circleci2] = await write();
    expect(github2).toBe(github1);
    expect(Number(circleci2) - Number(circleci1)).toBe(900);
  });

  it('stamp tokens of PlanetScale in whole seconds, whose life is as long as was asked', async () => {
    const clock = createClock(Date.UTC(2026, 0, 15) + 640);
    const box = await sandbox({ clock: clock.now });
    await control(box)('PUT', '/clocks', { planetscale: { storageOffsetMs: 500 } });
    const { body } = await planetscale(box)('POST', TOKENS, { name: 'a', ttl: 60 });
    expect(body.created_at).toBe('2026-01-15T00:00:01.000Z');
    expect(body.expires_at).toBe('2026-01-15T00:01:01.000Z');
  });

  it('leave stamps as they are when they are set back', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    await putSecret(github(box), SECRETS, 'A', 'x');
    const { body: before } = await github(box)('GET', `${SECRETS}/A`);
    await control(box)('PUT', '/clocks', { github: { storageOffsetMs: -60_000 } });
    expect((await github(box)('GET', `${SECRETS}/A`)).body).toEqual(before);
    await putSecret(github(box), SECRETS, 'A', 'y');
    const { body: after } = await github(box)('GET', `${SECRETS}/A`);
    expect(timeOf(after.updated_at)).toBeLessThan(timeOf(before.updated_at));
    expect(after.created_at).toBe(before.created_at);
  });

  it('do not change when a variable of a project at CircleCI is overwritten', async () => {
    const clock = createClock();
    const api = circleci(await sandbox({ clock: clock.now }));
    const path = '/project/gh/acme/web/envvar';
    const first = await api('POST', path, { name: 'A', value: 'one' });
    clock.advance(5000);
    const second = await api('POST', path, { name: 'A', value: 'two' });
    expect(second.body['created-at']).toBe(first.body['created-at']);
  });

  it('can be left out of answers', async () => {
    const box = await sandbox();
    const api = github(box);
    await control(box)('PUT', '/clocks', {
      github: { omitDate: true, omitStamps: true },
      planetscale: { omitStamps: true },
    });
    const { headers, body } = await api('GET', `${SECRETS}/DEPLOY_KEY`);
    expect(headers.has('date')).toBe(false);
    expect(body).toEqual({ name: 'DEPLOY_KEY' });
    const tokens = await planetscale(box)('GET', TOKENS);
    expect(tokens.headers.has('date')).toBe(true);
    expect(tokens.body.data[0]).not.toHaveProperty('created_at');
  });

  it('are as at first after a reset', async () => {
    const box = await sandbox({ clocks: { gitlab: { readLagMs: 7 } } });
    const { body: before } = await control(box)('GET', '/clocks');
    expect(before.gitlab.readLagMs).toBe(7);
    await control(box)('PUT', '/clocks', { gitlab: { readLagMs: 9, omitDate: true } });
    await control(box)('POST', '/reset');
    expect((await control(box)('GET', '/clocks')).body).toEqual(before);
  });

  it('keep what is not given', async () => {
    const box = await sandbox();
    const { body: before } = await control(box)('GET', '/clocks');
    const { status, body } = await control(box)('PUT', '/clocks', { gitlab: { readLagMs: 9 } });
    expect([status, body]).toEqual([
      200,
      { ...before, gitlab: { ...before.gitlab, readLagMs: 9 } },
    ]);
  });

  it.each([
    [{ gitea: {} }, 'no "gitea"'],
    [{ github: { lagMs: 1 } }, 'no "lagMs"'],
    [{ github: { readLagMs: -1 } }, 'github.readLagMs must be a whole number from 0'],
    [{ github: { resolutionMs: 0 } }, 'from 1'],
    [{ github: { storageOffsetMs: '5' } }, 'whole number'],
    [{ github: { omitDate: 1 } }, 'true or false'],
    [[], 'JSON object'],
  ])('cannot be %j', async (change, message) => {
    const { status, body } = await control(await sandbox())('PUT', '/clocks', change);
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('reads that lag behind', () => {
  it('show secrets and variables of GitHub as they were', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    const api = github(box);
    await control(box)('PUT', '/clocks', { github: { readLagMs: 2000 } });
    const { body: before } = await api('GET', VARIABLES);
    expect(before.variables).toHaveLength(1);
    await api('PATCH', `${VARIABLES}/REGION`, { value: 'moon' });
    await api('POST', VARIABLES, { name: 'NEW', value: 'x' });
    await putSecret(api, SECRETS, 'NEW', 'x');
    await api('DELETE', `${SECRETS}/DEPLOY_KEY`);
    clock.advance(1999);
    expect((await api('GET', VARIABLES)).body).toEqual(before);
    expect((await api('GET', `${VARIABLES}/NEW`)).status).toBe(404);
    expect((await api('GET', `${SECRETS}/NEW`)).status).toBe(404);
    expect((await api('GET', `${SECRETS}/DEPLOY_KEY`)).status).toBe(200);
    expect((await api('POST', VARIABLES, { name: 'NEW', value: 'y' })).status).toBe(409);
    clock.advance(1);
    expect((await api('GET', `${VARIABLES}/REGION`)).body.value).toBe('moon');
    expect((await api('GET', `${SECRETS}/NEW`)).status).toBe(200);
    expect((await api('GET', `${SECRETS}/DEPLOY_KEY`)).status).toBe(404);
  });

  it('show variables of GitLab and CircleCI as they were', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    const lag = { readLagMs: 1000 };
    await control(box)('PUT', '/clocks', { gitlab: lag, circleci: lag });
    const path = '/projects/acme%2Finfra/variables';
    const context = `/context/${await contextId(circleci(box), 'deploy')}/environment-variable`;
    const look = async () => [
      (await gitlab(box)('GET', path)).body,
      (await circleci(box)('GET', '/project/gh/acme/web/envvar')).body,
      (await circleci(box)('GET', context)).body,
    ];
    const before = await look();
    await gitlab(box)('POST', path, { key: 'NEW', value: 'x' });
    await gitlab(box)('DELETE', `${path}/DEPLOY_KEY`);
    await circleci(box)('POST', '/project/gh/acme/web/envvar', { name: 'NEW', value: 'xyz12345' });
    await circleci(box)('PUT', `${context}/DEPLOY_KEY`, { value: 'xyz12345' });
    clock.advance(999);
    expect(await look()).toEqual(before);
    clock.advance(1);
    const [ofGitlab, ofProject, ofContext] = await look();
    expect(ofGitlab.map(({ key }: { key: string }) => key)).toContain('NEW');
    expect(ofProject.items).toHaveLength(4);
    expect(ofContext.items[0].truncated_value).toBe('2345');
  });

  it('lack a token of PlanetScale that is new, and have one that was deleted', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    const api = planetscale(box);
    await control(box)('PUT', '/clocks', { planetscale: { readLagMs: 1000 } });
    const ids = async () =>
      (await api('GET', TOKENS)).body.data.map(({ id }: { id: string }) => id) as string[];
    const before = await ids();
    const { body: fresh } = await api('POST', TOKENS, { name: 'new' });
    await api('DELETE', `${TOKENS}/cigitlab9r3k`);
    clock.advance(999);
    expect(await ids()).toEqual(before);
    expect((await api('GET', `${TOKENS}/${fresh.id}`)).status).toBe(404);
    expect((await api('DELETE', `${TOKENS}/cigitlab9r3k`)).status).toBe(404);
    clock.advance(1);
    expect(await ids()).toEqual([...before.filter((id) => id !== 'cigitlab9r3k'), fresh.id]);
  });

  it('are no concern of the jobs, which read what is stored', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    await control(box)('PUT', '/clocks', { github: { readLagMs: 60_000 } });
    await putSecret(github(box), SECRETS, 'PLANETSCALE_SERVICE_TOKEN', 'other');
    const job = await client(box.control)('POST', '/ci-job', { sink: 'github:acme/web' });
    expect(job.body.ok).toBe(false);
  });
});
