import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { initCommand } from '../../src/commands/init.ts';
import { ID, TOKEN, type Place } from '../keyturn.ts';
import { personAt } from '../person.ts';
import { checkOut, kinds, placeOf, run } from './kinds.ts';

interface Written {
  readonly issuer: { readonly kind: string };
  readonly rotations: Readonly<
    Record<string, { readonly issuer?: object; readonly names?: object; readonly sinks: object }>
  >;
}

const configuration = async ({ folder }: Place): Promise<Written> =>
  parse(await readFile(join(folder, 'keyturn.config.yaml'), 'utf8')) as Written;

const PLANETSCALE = `issuer: { kind: planetscale, org: acme }
rotations:
  site:
    sinks: [circleci:gh/acme/web]
`;

describe.each(kinds)('with the issuer $kind', { timeout: 60_000 }, (one) => {
  const { kind, flags, names, token } = one;

  it('init writes a configuration that is adopted and planned without a change', async () => {
    const place = await placeOf(one);
    await checkOut(place, Object.values(names));
    const { exit, stderr } = await run(
      place,
      `init github:acme/web --issuer ${kind} ${flags} --ci none --yes`,
    );
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    const { issuer, rotations } = await configuration(place);
    expect(issuer.kind).toBe(kind);
    const [[rotation, { sinks }], ...more] = Object.entries(rotations) as [
      [string, Written['rotations'][string]],
    ];
    expect({ sinks, more }).toEqual({ sinks: ['github:acme/web'], more: [] });
    expect((await run(place, 'config validate')).exit).toBe(0);
    expect((await run(place, `adopt ${rotation} --token-id ${token}`)).exit).toBe(0);
    const planned = await run(place, 'plan');
    expect({ exit: planned.exit, text: planned.stdout }).toMatchObject({ exit: 0 });
    // The usual names are not written.
    expect(rotations[rotation]?.names).toEqual(kind === 'aws-iam' ? undefined : names);
    expect(planned.stdout).toContain(token);
  });

  it('init adds a rotation of it beside those of another issuer, from what pipelines read', async () => {
    const place = await placeOf({ names: {} });
    await checkOut(place, Object.values(names));
    const other = kind === 'planetscale' ? 'issuer: { kind: aws-iam, user: ci }' : '';
    const before = other === '' ? PLANETSCALE : PLANETSCALE.replace(/^issuer.*/, other);
    await writeFile(join(place.folder, 'keyturn.config.yaml'), before);
    const { exit, stderr } = await run(
      place,
      `init github:acme/web --issuer ${kind} ${flags} --ci none --yes`,
    );
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    const { rotations } = await configuration(place);
    expect(rotations[`ci-github-${kind}`]).toMatchObject({
      issuer: { kind },
      sinks: ['github:acme/web'],
    });
    expect((await run(place, 'config validate')).exit).toBe(0);
  });

  it('discover proposes the rotation, ready to paste', async () => {
    const place = await placeOf(one);
    await checkOut(place, Object.values(names));
    const config = join(place.folder, 'keyturn.config.yaml');
    await writeFile(config, PLANETSCALE);
    const { stdout } = await run(place, 'discover gitlab:acme --json');
    const { proposals } = JSON.parse(stdout) as {
      proposals: readonly { issuer: string; files: object; names: object; lines: string }[];
    };
    const [own] = proposals.filter(({ issuer }) => issuer === kind);
    expect(own).toMatchObject({
      files: ['.github/workflows/deploy.yml'],
      names: Object.values(names),
      sinks: ['github:acme/web'],
    });
    const text = await run(place, 'discover gitlab:acme');
    expect(text.stdout.replaceAll(/^ {4}/gm, '')).toContain(own?.lines);
    const pasted = own?.lines.replaceAll(/^/gm, '  ').trimEnd() ?? '';
    await writeFile(config, `${PLANETSCALE}${pasted}\n`);
    expect((await run(place, 'config validate')).exit).toBe(0);
    const after = JSON.parse((await run(place, 'discover gitlab:acme --json')).stdout) as {
      proposals: readonly object[];
    };
    expect(after.proposals).toEqual([]);
  });
});

describe('discover', () => {
  it('does not take the names of another issuer for those of a rotation', async () => {
    const place = await placeOf({ names: { id: ID, token: TOKEN } });
    const beside = `  db:\n    issuer: { kind: planetscale-role, org: acme, database: ledger }\n    sinks: [github:acme/web]\n`;
    await writeFile(join(place.folder, 'keyturn.config.yaml'), `${PLANETSCALE}${beside}`);
    const { stdout } = await run(place, 'discover github:acme --json');
    const { places, additions } = JSON.parse(stdout) as {
      places: readonly { target: string; rotation: string | null }[];
      additions: readonly { rotation: string; isNew: boolean; sinks: readonly string[] }[];
    };
    expect(places.find(({ target }) => target === 'github:acme/web')?.rotation).toBeNull();
    expect(additions.flatMap(({ sinks }) => sinks)).toContain('github:acme/web');
    expect(additions.map(({ rotation }) => rotation)).not.toContain('db');
  });

  it('writes rotations of the named issuer, with what the user knows', async () => {
    const [, passwords] = kinds;
    if (passwords === undefined) throw new Error();
    const place = await placeOf({ names: passwords.names });
    const line = 'discover github:acme --issuer planetscale-password --write --yes';
    const unknown = await run(place, `${line} --org acme`);
    expect(unknown.stderr).toContain('--set database=NAME');
    expect((await run(place, `${line} --org acme --set database=shop`)).exit).toBe(0);
    expect(await configuration(place)).toMatchObject({
      issuer: { kind: 'planetscale-password', org: 'acme', database: 'shop', branch: 'main' },
      rotations: { 'ci-github-pair': { names: passwords.names, sinks: ['github:acme/web'] } },
    });
  });
});

describe('init', () => {
  it('asks which issuer it is if pipelines read what fits several', async () => {
    const place = await placeOf({ names: { url: 'DATABASE_URL' } });
    await checkOut(place, ['DATABASE_URL']);
    const { host, shown } = personAt(place, ['3', 'ledger', '', '', '', '', '', '', '', 'y'], {
      GITHUB_REPOSITORY: 'acme/web',
    });
    await initCommand([], { name: [], ci: 'none' }, host);
    expect(shown()).toMatch(/1\) planetscale\n.*2\) planetscale-password: DATABASE_URL in /);
    expect(shown()).toContain('The branch of the database [main]:');
    expect((await configuration(place)).issuer).toEqual({
      kind: 'planetscale-role',
      org: 'acme',
      database: 'ledger',
      branch: 'main',
    });
  });

  it('takes the only issuer that fits, and the usual one if several do', async () => {
    const place = await placeOf({ names: { token: 'GL_TOKEN' } });
    await checkOut(place, ['GL_TOKEN']);
    expect((await run(place, 'init --org acme/infra --ci none --yes')).exit).toBe(0);
    expect((await configuration(place)).issuer).toEqual({
      kind: 'gitlab-token',
      project: 'acme/infra',
    });
    const other = await placeOf({ names: { id: ID, token: TOKEN } });
    await checkOut(other, ['DATABASE_URL']);
    const { stderr } = await run(other, 'init --org acme --ci none --yes');
    expect((await configuration(other)).issuer.kind).toBe('planetscale');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'deploy.yml also reads DATABASE_URL. If it is of planetscale-password or planetscale-role: keyturn init --issuer planetscale-password',
    );
  });

  it('says what to fill in, and refuses what is not an option', async () => {
    const place = await placeOf({ names: {} });
    const line = 'init --issuer planetscale-role --ci none --yes';
    expect((await run(place, line)).stderr).toContain('--org ORG, or PLANETSCALE_ORG');
    expect((await run(place, `${line} --org acme`)).stderr).toContain('--set database=NAME');
    for (const set of ['database', 'database=[', '=shop'])
      expect((await run(place, `${line} --org acme --set ${set}`)).stderr).toContain(
        'Use --set OPTION=VALUE',
      );
    const unknown = await run(place, `${line} --org acme --set database=ledger --set db=ledger`);
    expect(unknown).toMatchObject({ exit: 2, stderr: expect.stringContaining('db') });
  });
});
