import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf, type JobRequest, type JobResult } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { examine, problems } from './doctor.ts';
import { ID, makePlace, others, TOKEN, type Place } from './keyturn.ts';

const WEB = 'github:acme/web';
const NAME = 'PLANETSCALE_SERVICE_TOKEN_NAME';

/** The line of the README, for a token that keyturn did not issue. */
const line = (sink: string, ...more: string[]): string[] => [
  'rotate',
  '--sink',
  sink,
  '--org',
  'acme',
  '--grace',
  '0',
  '--json',
  ...more,
];

async function run(place: Place, args: readonly string[]) {
  const { code, stdout } = await place.keyturn(args);
  const document = JSON.parse(stdout);
  return { code, report: document.rotations[0], error: document.error, ...document };
}

const live = (place: Place): string[] =>
  place
    .tokens()
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id }) => id)
    .toSorted();

/** What a job of the repository comes to that reads these names. */
function job(
  { sandbox }: Place,
  sink: string,
  names: JobRequest['names'] = {},
): Promise<JobResult> {
  return controlOf(sandbox).job({ sink, names });
}

/** The id is read from elsewhere than the secret of its usual name. */
const elsewhere: readonly [string, (token: { id: string }) => object[]][] = [
  ['another secret', ({ id }) => [{ op: 'write', sink: WEB, name: NAME, value: id }]],
  ['a literal in the workflow', () => []],
  [
    'a variable of Actions',
    ({ id }) => [{ op: 'write', sink: WEB, name: ID, value: id, kind: 'variable' }],
  ],
];

describe('the line of the README, where a job reads half of the pair elsewhere', () => {
  it.each(elsewhere)('%s: it is refused, and nothing is created or written', async (_, changes) => {
    const place = await makePlace();
    const old = place.token('ci-github');
    await others(place, { op: 'remove', sink: WEB, name: ID }, ...changes(old));
    const before = live(place);
    const { code, report } = await run(place, line(WEB, '--replaces', old.id));
    expect(code).toBe(2);
    expect(report).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(`${WEB} has ${TOKEN}, but not ${ID}`),
        hint: expect.stringContaining('names:'),
      },
    });
    expect(live(place)).toEqual(before);
    expect(place.secret('acme/web', TOKEN)).toBe(old.token);
    expect(place.secret('acme/web', ID)).toBeUndefined();
    const plan = await run(place, ['plan', ...line(WEB, '--replaces', old.id).slice(1)]);
    expect(plan.code).toBe(2);
  });

  it('works with the names that were proposed', async () => {
    const place = await makePlace();
    const old = place.token('ci-github');
    await others(
      place,
      { op: 'remove', sink: WEB, name: ID },
      { op: 'write', sink: WEB, name: NAME, value: old.id },
    );
    await writeFile(
      join(place.folder, 'keyturn.config.yaml'),
      `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { grace: 0, sinks: [${WEB}], names: { id: ${NAME} } }\n`,
    );
    const { code, report } = await run(place, ['rotate', 'ci', '--replaces', old.id, '--json']);
    expect([code, report.outcome, report.revoked]).toEqual([0, 'rotated', [old.id]]);
    expect(await job(place, WEB, { id: NAME, token: TOKEN })).toMatchObject({ ok: true });
  });

  it('is the same in an env file', async () => {
    const place = await makePlace();
    const old = place.token('ci-github');
    const file = join(place.folder, '.env');
    const text = `${NAME}=${old.id}\n${TOKEN}=${old.token}\n`;
    await writeFile(file, text, { mode: 0o600 });
    const before = live(place);
    const { code, report } = await run(place, line('env:.env', '--replaces', old.id));
    expect(code).toBe(2);
    expect(report.error).toMatchObject({ hint: expect.stringContaining('names:') });
    expect(live(place)).toEqual(before);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('under whole other names keeps the token until somebody vouches that nobody reads it', async () => {
    const place = await makePlace();
    const old = place.token('ci-github');
    const file = join(place.folder, '.env');
    await writeFile(file, `PS_ID=${old.id}\nPS_TOKEN=${old.token}\n`, { mode: 0o600 });
    const first = await run(place, line('env:.env', '--replaces', old.id));
    expect(first.code).toBe(0);
    expect(first.report.kept).toMatchObject([{ id: old.id, reason: 'unseen' }]);
    expect(first.warnings.join()).toContain('--allow missing-names');
    const vouched = await run(place, line('env:.env', '--allow', 'missing-names'));
    expect(vouched.report.revoked).toEqual([old.id]);
  });
});

describe('the same names in another place that jobs read from', () => {
  it('in a context keeps the token, though the project has them, too', async () => {
    const place = await makePlace();
    const old = place.token('ci-circleci');
    const sink = 'circleci:gh/acme/web';
    const { report } = await run(place, line(sink, '--replaces', old.id));
    expect(report.kept).toEqual([{ id: old.id, reason: 'unseen', sinks: [`${sink}#elsewhere`] }]);
    expect((await job(place, 'circleci:gh/acme?context=deploy')).ok).toBe(true);
  });

  it('in an environment are said, though the repository has them, too', async () => {
    const place = await makePlace();
    const old = place.token('ci-github');
    const sink = 'github:acme/api';
    await others(
      place,
      { op: 'write', sink, name: ID, value: old.id },
      { op: 'write', sink, name: TOKEN, value: old.token },
    );
    const { warnings } = await run(place, line(sink, '--replaces', old.id));
    expect(warnings.join()).toContain(`${TOKEN} also exists for environment production`);
  });
});

describe('first contact without --replaces', () => {
  it('says how to name the token, and that works', async () => {
    const place = await makePlace();
    const old = place.token('ci-github');
    await writeFile(
      join(place.folder, 'keyturn.config.yaml'),
      `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { grace: 0, sinks: [${WEB}], token: { permissions: [shop/read_branch] } }\n`,
    );
    const first = await run(place, ['rotate', '--json']);
    expect(first.code).toBe(0);
    const [warning] = first.warnings as string[];
    const [, hint = ''] =
      /name it: keyturn (rotate ci --replaces) TOKEN_ID$/.exec(warning ?? '') ?? [];
    const named = await run(place, [...hint.split(' '), old.id, '--json']);
    expect([named.code, named.report.outcome, named.report.revoked]).toEqual([
      0,
      'rotated',
      [old.id],
    ]);
    expect(named.report.current.id).toBe(first.report.current.id);
  });

  it.each(['before', 'after'])('a token that does not exist ends with 2, %s it', async (when) => {
    const place = await makePlace();
    await writeFile(
      join(place.folder, 'keyturn.config.yaml'),
      `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [${WEB}], token: { permissions: [shop/read_branch] } }\n`,
    );
    if (when === 'after') await place.keyturn(['rotate']);
    const before = live(place);
    const { code, report } = await run(place, ['rotate', '--replaces', 'nosuchtoken1', '--json']);
    expect([code, report.error.code]).toEqual([2, 'TOKEN_NOT_FOUND']);
    expect(live(place)).toEqual(before);
  });
});

describe('keyturn doctor before the first rotation', () => {
  const config = (names = ''): string =>
    `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [${WEB}]${names} }\n`;

  async function placeWith(text: string, ...changes: object[]): Promise<Place> {
    const place = await makePlace();
    await writeFile(join(place.folder, 'keyturn.config.yaml'), text);
    await others(place, ...changes);
    return place;
  }

  it('finds half of the names, and says what to write', async () => {
    const place = await placeWith(
      config(),
      { op: 'remove', sink: WEB, name: ID },
      { op: 'write', sink: WEB, name: NAME, value: 'x' },
    );
    const { code, lines } = await examine(place);
    expect(code).toBe(6);
    expect(problems(lines)).toMatchObject([
      {
        rule: 'names-half',
        text: expect.stringContaining(`not ${ID}`),
        fix: expect.stringContaining(NAME),
      },
    ]);
  });

  it('proposes names that are commonly used, if those are there instead', async () => {
    const place = await placeWith(
      config(),
      { op: 'remove', sink: WEB, name: ID },
      { op: 'remove', sink: WEB, name: TOKEN },
      { op: 'write', sink: WEB, name: 'PSCALE_SERVICE_TOKEN_ID', value: 'x' },
      { op: 'write', sink: WEB, name: 'PSCALE_SERVICE_TOKEN', value: 'x' },
    );
    const proposed = 'names: { id: PSCALE_SERVICE_TOKEN_ID, token: PSCALE_SERVICE_TOKEN }';
    const { code, found } = await examine(place);
    expect(code).toBe(0);
    expect(found).toMatchObject([
      { rule: 'names-missing', severity: 'warning', fix: expect.stringContaining(proposed) },
    ]);
    await writeFile(join(place.folder, 'keyturn.config.yaml'), config(`, ${proposed}`));
    expect((await examine(place)).found).toEqual([]);
  });

  it('sees an adopted token where keyturn does not write', async () => {
    const place = await placeWith(config());
    const { id } = place.token('ci-github');
    await others(place, { op: 'write', sink: WEB, name: 'OTHER_ID', value: id, kind: 'variable' });
    await place.keyturn(['adopt', 'ci', '--token-id', id]);
    expect((await examine(place)).found).toMatchObject([
      {
        rule: 'names-elsewhere',
        text: expect.stringContaining('OTHER_ID (a variable of Actions)'),
      },
    ]);
  });

  it('has nothing to say of them once keyturn wrote there', async () => {
    const place = await placeWith(config());
    await place.keyturn(['rotate', '--replaces', place.token('ci-github').id]);
    await others(place, { op: 'remove', sink: WEB, name: ID });
    const { lines } = await examine(place);
    expect(lines.filter(({ area }) => area === 'names')).toEqual([]);
  });
});
