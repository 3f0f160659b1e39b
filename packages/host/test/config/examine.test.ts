import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { examineFile, loadConfig } from '../../src/config/load.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { load, rotation } from './example.ts';

const WRONG = `org: acme
issuer: { kind: planetscale }
rotations:
  a:
    maxAgee: 90d
    gracee: 1h
    token: { ttl: 1h }
    sinks: [acme/web, env:a, env:a]
  b:
    sink: [env:a]
    names: { joined: X, file: Y }
  c: { sinks: [env:c], grace: 2 hours, settle: soon }
  d: { names: { id: X, token: x }, grace: { atLeast: 2h, quietFor: 0, atMost: 1h }, sinks: ["!env:a"] }
notify:
  channels: [{ format: slack }, { format: github, secretEnv: X }]
  dueWithinn: 1d
state: postgres://keyturn:hunter2@db/keyturn
`;

const file = async (text: string, name = 'keyturn.config.yaml'): Promise<string> =>
  path.join(await temporaryFolder({ [name]: text }), name);

describe('looking at a whole configuration', () => {
  it('finds every problem, in the order of the file', async () => {
    const { config, problems } = await examineFile(await file(WRONG));
    expect(config).toBeUndefined();
    expect(problems.map(({ place, key }) => `${place.line}:${place.column} ${key}`)).toEqual([
      '1:1 org',
      '5:5 rotations.a.maxAgee',
      '6:5 rotations.a.gracee',
      '10:5 rotations.b.sink',
      '12:31 rotations.c.grace',
      '12:48 rotations.c.settle',
      '13:31 rotations.d.names.token',
      '13:79 rotations.d.grace.atMost',
      '13:93 rotations.d.sinks[0]',
      '16:3 notify.dueWithinn',
      '17:8 state',
    ]);
  });

  it('finds what contradicts itself once the form is right', async () => {
    const text = WRONG.replace('org: acme\n', '')
      .replace(/ {4}maxAgee.*\n.*\n/, '')
      .replace('sink:', 'sinks:')
      .replace('  dueWithinn: 1d\n', '');
    const { problems } = await examineFile(await file(text));
    expect(problems.map(({ key }) => key)).toEqual([
      'rotations.a.token.ttl',
      'rotations.a.sinks[0]',
      'rotations.a.sinks[2]',
      'rotations.b.names.joined',
      'rotations.b.names.file',
      'rotations.c.grace',
      'rotations.c.settle',
      'rotations.d.names.token',
      'rotations.d.grace.atMost',
      'rotations.d.sinks[0]',
      'notify.channels[0].url',
      'notify.channels[1].secretEnv',
      'state',
    ]);
  });

  it('finds duplicates beside other problems, and several errors of syntax', async () => {
    const twice = await examineFile(
      await file(`${rotation('{ maxAgee: 1d, sinks: [env:a] }')}issuer: { kind: b }\n`),
    );
    expect(twice.problems.map(({ key }) => key)).toEqual(['rotations.ci.maxAgee', 'issuer']);
    const syntax = await examineFile(
      await file('issuer: @acme\nrotations:\n  ci:\n    sinks: [!env:a, env:b]\n'),
    );
    expect(syntax.problems.map(({ place }) => place.line)).toEqual([1, 4]);
  });

  it('tells of the others where only the first is shown', async () => {
    await expect(load(WRONG)).rejects.toMatchObject({
      message: expect.stringMatching(/:1:1: org: unknown key$/),
      hint: expect.stringMatching(/To see 10 more problems, run: keyturn config validate$/),
    });
    await expect(load(rotation('{ maxAgee: 1d, sinks: [env:a] }'))).rejects.toMatchObject({
      hint: 'Did you mean maxAge?',
    });
  });

  it('finds nothing wrong with the files that a run takes', async () => {
    const good = await file(rotation('{ sinks: [env:a] }'));
    const { config, problems, warnings } = await examineFile(good);
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(JSON.stringify(config)).toBe(JSON.stringify(await loadConfig(good)));
  });

  it('says what is unusual, and takes it', async () => {
    const { config, warnings } = await examineFile(
      await file(
        'issuer: { kind: a, org: 0123 }\nrotations:\n  ci:\n    sinks:\n      - env:a #b\n      - env:c # d\n',
      ),
    );
    expect(config?.issuer.options).toEqual({ org: '0123' });
    expect(warnings.map(({ place, key }) => `${place.line}:${place.column} ${key}`)).toEqual([
      '1:25 issuer.org',
      '5:9 rotations.ci.sinks[0]',
    ]);
    const yaml = await examineFile(
      await file('{ issuer: { kind: a }, rotations: { ci: { sinks: [env:a] } } }', 'a.json'),
    );
    expect(yaml.config?.rotations).toHaveLength(1);
    expect(yaml.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('not JSON'),
    ]);
  });

  it('knows where the keys of a configuration are, for what is found later', async () => {
    const yaml = await load(
      'issuer:\n  kind: a\n  org: acme\nrotations: { ci: { sinks: [env:a] } }\n',
    );
    expect(yaml.locate(['issuer', 'org'])).toBe(`${yaml.file}:3:8`);
    expect(yaml.locate(['issuer', 'org'], 'key')).toBe(`${yaml.file}:3:3`);
    expect(yaml.locate(['rotations', 'ci', 'sinks', 0])).toBe(`${yaml.file}:4:28`);
  });
});

describe('state', () => {
  it.each([
    '.keyturn',
    '../ledgers',
    '/var/lib/keyturn',
    String.raw`C:\keyturn`,
    'git:origin#keyturn-ledger',
    'git+https://example.com/acme/ledgers.git#main',
    'git+ssh://git@example.com/acme/ledgers.git',
    'postgres://keyturn@db:5432/keyturn?sslmode=require',
    's3://bucket/a@b?endpoint=http://127.0.0.1:9000&region=eu',
  ])('is kept as it was written: %s', async (text) => {
    const config = await load(`${rotation('{ sinks: [env:a] }')}state: '${text}'\n`);
    expect(config.state).toBe(text);
  });

  it('is optional', async () => {
    expect(await load(rotation('{ sinks: [env:a] }'))).not.toHaveProperty('state');
  });

  it.each([
    'postgres://keyturn:hunter2@db/keyturn',
    'postgres://keyturn:hunter2/x@db/keyturn',
    'postgres://:hunter2@db/keyturn',
    'postgres://db/keyturn?user=keyturn&password=hunter2',
    'keyturn:hunter2@db/keyturn',
    'mysql://keyturn:hunter2@db/keyturn',
    'git+https://hunter2@example.com/acme/ledgers.git',
    'git+https://ana:hunter2@example.com/acme/ledgers.git',
    's3://hunter1:hunter2@bucket/x',
    's3://bucket/x?secretAccessKey=hunter2',
    's3://bucket/x?secret-access-key=hunter2',
  ])('is refused with a password, which is not repeated: %s', async (text) => {
    const error: unknown = await load(`${rotation('{ sinks: [env:a] }')}state: "${text}"\n`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/:4:8: state: contains a password$/),
      hint: expect.stringContaining('KEYTURN_STATE'),
    });
    expect(JSON.stringify(error)).not.toContain('hunter');
  });

  it.each([
    ['""', 'state: is empty'],
    ['" "', 'state: is empty'],
    ['', 'state: must be a folder or an address, but it is empty'],
    ['5', 'state: must be a folder or an address, but it is the number 5'],
    [String.raw`"a\tb"`, 'state: contains control characters'],
  ])('is refused: %s', async (text, message) => {
    await expect(load(`${rotation('{ sinks: [env:a] }')}state: ${text}\n`)).rejects.toThrow(
      message,
    );
  });
});
