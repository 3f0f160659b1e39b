import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { examine, problems } from './doctor.ts';
import { ID, makePlace, others, TOKEN, type Place } from './keyturn.ts';
import { requestsOf, start } from './running.ts';

const WEB = 'github:acme/web';

const configure = (place: Place, text: string): Promise<void> =>
  writeFile(
    join(place.folder, 'keyturn.config.yaml'),
    `issuer: { kind: planetscale, org: acme }\nrotations:\n${text}`,
  );

async function run(place: Place, ...args: string[]) {
  const { code, stdout, stderr } = await place.keyturn([...args, '--json']);
  const document = JSON.parse(stdout);
  return { code, stderr, report: document.rotations?.[0], ...document };
}

const isLive = (place: Place, id: string): boolean => place.token(id).revokedAt === null;

/** A rotation of one sink that has brought in a token of its own. */
async function rotated(text = `  ci: { grace: 0, sinks: [${WEB}] }\n`): Promise<Place> {
  const place = await makePlace();
  await configure(place, text);
  const { code } = await run(place, 'rotate', '--replaces', place.token('ci-github').id);
  expect(code).toBe(0);
  return place;
}

/** Follows the advice of a finding: the line that it names. */
async function follow(place: Place, fix: string): Promise<number | null> {
  const [, line = ''] = /keyturn (forget \S+ --sink \S+|rotate [\w .-]*[\w-])/.exec(fix) ?? [];
  const args = line.split(' ').map((word) => word.replaceAll("'", ''));
  return (await place.keyturn([...args, ...(args[0] === 'forget' ? ['--yes'] : [])])).code;
}

describe('another account', () => {
  it.each([
    ['in the configuration', []],
    ['on the command line', ['--org', 'umbrella']],
  ])('%s ends with 2, and nothing is asked or changed', async (_, flags) => {
    const place = await rotated();
    const { current } = (await run(place, 'status')).report;
    if (flags.length === 0)
      await writeFile(
        join(place.folder, 'keyturn.config.yaml'),
        `issuer: { kind: planetscale, org: umbrella }\nrotations:\n  ci: { grace: 0, sinks: [${WEB}] }\n`,
      );
    const before = await requestsOf(place);
    for (const more of [[], ['--force'], ['--dry-run'], ['--break-glass']]) {
      const { code, report } = await run(place, 'rotate', ...flags, ...more);
      expect([code, report.error.code]).toEqual([2, 'CONFIG_INVALID']);
    }
    expect(await requestsOf(place)).toEqual(before);
    const { code, report } = await run(place, 'status', '--check', ...flags);
    expect(code).toBe(6);
    expect(report).toMatchObject({
      otherAccount: { recorded: 'planetscale:acme', configured: 'planetscale:umbrella' },
      findings: [{ rule: 'other-account' }],
    });
    expect(isLive(place, current.id)).toBe(true);
  });
});

describe('other names', () => {
  it('are out of step at once; the old ones are kept, shown and ended by forget', async () => {
    const place = await rotated();
    const old = (await run(place, 'status')).report.current.id as string;
    await configure(
      place,
      `  ci: { grace: 0, sinks: [${WEB}], names: { id: PS_ID, token: PS_TOKEN } }\n`,
    );
    const edited = await run(place, 'status', '--check');
    expect(edited.code).toBe(6);
    expect(edited.report.findings).toMatchObject([
      { rule: 'out-of-step', fix: 'Run keyturn rotate ci.' },
      {
        rule: 'left-behind',
        severity: 'note',
        text: expect.stringContaining(`${ID} and ${TOKEN}`),
      },
    ]);
    const second = await run(place, 'rotate');
    expect(second).toMatchObject({
      code: 0,
      report: { reason: 'out-of-step', revoked: [], kept: [{ id: old, reason: 'held' }] },
    });
    expect(place.secret('acme/web', ID)).toBe(old);
    expect(place.secret('acme/web', 'PS_ID')).toBe(second.report.current.id);
    const shown = await run(place, 'status', '--check');
    expect(shown.code).toBe(6);
    const [finding] = shown.report.findings;
    expect(finding).toMatchObject({
      rule: 'left-behind',
      text: expect.stringContaining(`${ID} and ${TOKEN} of ${WEB}`),
    });
    const text = (await place.keyturn(['rotate', '--force'])).stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`keyturn forget ci --sink '${WEB}#pair=${ID}+${TOKEN}'`);
    expect(isLive(place, old)).toBe(true);
    expect(await follow(place, finding.fix)).toBe(0);
    expect((await run(place, 'rotate')).report.revoked).toContain(old);
    expect(isLive(place, old)).toBe(false);
    expect((await run(place, 'status', '--check')).code).toBe(0);
  });

  it('and another layout are the same', async () => {
    const place = await rotated();
    const old = (await run(place, 'status')).report.current.id as string;
    await configure(place, `  ci: { grace: 0, sinks: [${WEB}], layout: joined }\n`);
    expect((await run(place, 'status')).report.due).toBe('out-of-step');
    expect((await run(place, 'rotate', '--force')).report.kept).toMatchObject([
      { id: old, reason: 'held', sinks: [`${WEB}#pair=${ID}+${TOKEN}`] },
    ]);
    expect(isLive(place, old)).toBe(true);
  });

  it('a second name for one field is written too, and status says so until it is', async () => {
    const place = await rotated();
    await configure(
      place,
      `  ci: { grace: 0, sinks: [${WEB}], names: { id: [${ID}, PS_NAME] } }\n`,
    );
    expect((await run(place, 'status')).report.findings).toMatchObject([{ rule: 'outdated' }]);
    const { code, report } = await run(place, 'rotate');
    expect([code, report.outcome]).toEqual([0, 'rotated']);
    expect(place.secret('acme/web', 'PS_NAME')).toBe(place.secret('acme/web', ID));
    expect((await run(place, 'status', '--check')).code).toBe(0);
  });
});

describe('another spelling', () => {
  it('of an environment is the same place: nothing is left behind', async () => {
    const place = await rotated(
      '  ci: { grace: 0, sinks: ["github:acme/api?environment=production"] }\n',
    );
    const old = (await run(place, 'status')).report.current.id as string;
    await configure(
      place,
      '  ci: { grace: 0, sinks: ["github:acme/api?environment=Production"] }\n',
    );
    const { report } = await run(place, 'rotate', '--force');
    expect(report).toMatchObject({ outcome: 'rotated', kept: [], revoked: [old] });
    expect((await run(place, 'status', '--check')).code).toBe(0);
  });

  it('of a folder is another place, which keeps its token until it is forgotten', async () => {
    const place = await makePlace();
    await mkdir(join(place.folder, 'one'));
    await configure(place, '  ci: { grace: 0, sinks: [env:.env] }\n');
    await run(
      place,
      'rotate',
      '--replaces',
      place.token('ci-github').id,
      '--allow',
      'missing-names',
    );
    const old = (await run(place, 'status')).report.current.id as string;
    const text = await readFile(join(place.folder, 'keyturn.config.yaml'), 'utf8');
    await writeFile(join(place.folder, 'one', 'keyturn.config.yaml'), text);
    const elsewhere = {
      KEYTURN_CONFIG: 'one/keyturn.config.yaml',
      KEYTURN_STATE: join(place.folder, '.keyturn'),
    };
    const moved = await place.keyturn(['rotate', '--force', '--json'], elsewhere);
    const [report] = JSON.parse(moved.stdout).rotations;
    expect(report.kept).toMatchObject([{ id: old, reason: 'held' }]);
    expect(await readFile(join(place.folder, '.env'), 'utf8')).toContain(old);
    expect(isLive(place, old)).toBe(true);
  });
});

describe('another name for the rotation', () => {
  it('goes on with its ledger by adopt --from', async () => {
    const place = await rotated();
    const old = (await run(place, 'status')).report.current.id as string;
    await configure(place, `  web: { grace: 0, sinks: [${WEB}] }\n`);
    const adopted = await run(place, 'adopt', 'web', '--from', 'ci');
    expect(adopted).toMatchObject({ code: 0, outcome: 'inherited', current: old });
    expect((await run(place, 'adopt', 'web', '--from', 'ci')).outcome).toBe('unchanged');
    expect((await run(place, 'status', '--check')).code).toBe(0);
    expect((await run(place, 'rotate', '--force')).report.revoked).toEqual([old]);
    const history = (await place.keyturn(['history'])).stdout.replaceAll(/\s+/g, ' ');
    expect(history).toContain('continue the ledger of ci');
    expect(history).toContain('web continue this ledger');
    expect((await run(place, 'adopt', 'web', '--from', 'nosuch')).code).toBe(2);
  });
});

describe('a repository that a pattern meant', () => {
  const PATTERN = '  ci: { grace: 0, sinks: ["github:acme/*"] }\n';
  const findingOf = async (place: Place, id: string) =>
    (await run(place, 'status')).report.findings.find(
      ({ text, fix }: { text: string; fix: string | null }) =>
        text.includes(id) && fix?.includes('forget') === true,
    );

  it('and was renamed is followed: nothing is left of the old name', async () => {
    const place = await makePlace();
    await configure(place, PATTERN);
    await run(
      place,
      'rotate',
      '--replaces',
      place.token('ci-github').id,
      '--allow',
      'missing-names',
    );
    const old = (await run(place, 'status')).report.current.id as string;
    await others(place, { provider: 'github', op: 'rename', repo: 'acme/web', to: 'site' });
    const { report } = await run(place, 'rotate', '--force');
    expect(report.sinks.map(({ id }: { id: string }) => id)).toContain('github:acme/site');
    expect(report.revoked).toEqual([old]);
    expect((await run(place, 'status', '--check')).code).toBe(0);
  });

  it('and was deleted: the advice ends it, and the fate of its token is told', async () => {
    const place = await makePlace();
    await configure(place, PATTERN);
    await run(
      place,
      'rotate',
      '--replaces',
      place.token('ci-github').id,
      '--allow',
      'missing-names',
    );
    const old = (await run(place, 'status')).report.current.id as string;
    await others(place, { provider: 'github', op: 'delete', repo: 'acme/docs' });
    const { report } = await run(place, 'rotate', '--force');
    expect(report.kept).toMatchObject([{ id: old, sinks: ['github:acme/docs'] }]);
    const finding = await findingOf(place, 'github:acme/docs');
    expect(finding.text).toContain(`${old} stays valid`);
    expect(await follow(place, finding.fix.slice(finding.fix.indexOf('keyturn forget')))).toBe(0);
    expect((await run(place, 'rotate')).report.revoked).toEqual([old]);
    expect((await run(place, 'status', '--check')).code).toBe(0);
  });
});

describe('keyturn forget', () => {
  it("is refused until the rotation's own settle time is over", async () => {
    const place = await rotated(`  ci: { grace: 0, settle: 10m, sinks: [${WEB}] }\n`);
    const fault = { provider: 'github', method: 'PUT', times: 1, action: { dropResponse: true } };
    await controlOf(place.sandbox).fault(fault);
    // Every try loses its answer.
    await controlOf(place.sandbox).fault({ ...fault, times: 20 });
    await start(place, ['rotate', '--force', '--grace', '1h']).ended;
    const at = (minutes: number) =>
      start(place, ['forget', 'ci', '--sink', WEB, '--yes', '--json'], { clock: minutes * 60_000 })
        .ended;
    const early = await at(3);
    expect([early.code, JSON.parse(early.stdout).error.code]).toEqual([2, 'TOKEN_IN_USE']);
    expect((await at(11)).code).toBe(0);
  });
});

it('doctor says that the tokens are of another account', async () => {
  const place = await rotated();
  await writeFile(
    join(place.folder, 'keyturn.config.yaml'),
    `issuer: { kind: planetscale, org: umbrella }\nrotations:\n  ci: { grace: 0, sinks: [${WEB}] }\n`,
  );
  const { lines } = await examine(place);
  expect(problems(lines).map(({ rule }) => rule)).toContain('other-account');
});
