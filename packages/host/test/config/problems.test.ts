import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load.ts';
import { load, rotation } from './example.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What is written, where the problem is, what is said about it, and a part of the hint. */
const PROBLEMS: readonly (readonly [string, string, string, string])[] = [
  [
    rotation('{ maxAgee: 90d, sinks: [env:a] }'),
    '3:9',
    'rotations.ci.maxAgee: unknown key',
    'Did you mean maxAge?',
  ],
  [
    'issuer: { kind: a }\nrotation:\n  ci: {}\n',
    '2:1',
    'rotation: unknown key',
    'Did you mean rotations?',
  ],
  [
    rotation('{ zzz: 1, sinks: [env:a] }'),
    '3:9',
    'rotations.ci.zzz: unknown key',
    'Its keys are maxAge, ',
  ],
  [
    'rotations:\n  ci: { sinks: [env:a] }\n',
    '1:1',
    'issuer: missing',
    '{ kind: planetscale, org: acme }',
  ],
  [
    'issuer: { kindd: a }\nrotations:\n  ci: { sinks: [env:a] }\n',
    '1:1',
    'issuer.kind: missing',
    'Write kind instead of kindd.',
  ],
  [
    'issuer: planetscale\nrotations:\n  ci: { sinks: [env:a] }\n',
    '1:9',
    'issuer: must hold the kind of the issuer and its options, not "planetscale"',
    '{ kind: planetscale',
  ],
  [rotation('{ grace: 1h }'), '3:3', 'rotations.ci.sinks: missing', 'a list of targets'],
  [rotation('{ sinks: [] }'), '3:16', 'rotations.ci.sinks: is empty', 'github:acme/web'],
  [
    rotation('{ sinks: env:a }'),
    '3:16',
    'rotations.ci.sinks: must be a list of targets, not "env:a"',
    'a list of targets',
  ],
  [
    rotation('{ sinks: [acme/web] }'),
    '3:17',
    'rotations.ci.sinks[0]: "acme/web" is not a target: it does not start with KIND:',
    'KIND:PATH',
  ],
  [
    rotation('{ sinks: [env:a, env:b, env:a] }'),
    '3:31',
    'rotations.ci.sinks[2]: stands in the list already, as number 1',
    'Remove',
  ],
  [
    rotation('{ layout: pairs, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.layout: must be pair, joined, file or slots, not "pairs"',
    'Did you mean pair?',
  ],
  [
    rotation('{ maxAge: 90 days, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.maxAge: "90 days" is not a duration',
    'such as 90d',
  ],
  [
    rotation('{ maxAge: 90, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.maxAge: must be a duration, not the number 90',
    'such as 90d',
  ],
  [
    rotation('{ maxAge: 9999w, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.maxAge: "9999w" is not a duration',
    '90d',
  ],
  [
    rotation('{ token: { ttl: 1h }, sinks: [env:a] }'),
    '3:23',
    'rotations.ci.token.ttl: a token must live longer than its grace',
    'longer ttl',
  ],
  [
    rotation('{ token: { ttl: 1500ms }, grace: 0, sinks: [env:a] }'),
    '3:23',
    'rotations.ci.token.ttl: is not a whole number of seconds',
    'such as 120d',
  ],
  [
    rotation('{ token: { permissions: copi }, sinks: [env:a] }'),
    '3:31',
    'rotations.ci.token.permissions: must be copy or a list of permissions, not "copi"',
    'Did you mean copy?',
  ],
  [
    rotation('{ token: { permissions: [a/b/c] }, sinks: [env:a] }'),
    '3:32',
    'rotations.ci.token.permissions[0]: "a/b/c" is not a permission',
    'shop/read_branch',
  ],
  [
    rotation('{ names: { id: 1X }, sinks: [env:a] }'),
    '3:22',
    'rotations.ci.names.id: "1X" must be letters, digits and underscores, and start with no digit',
    'PLANETSCALE_SERVICE_TOKEN_ID',
  ],
  [
    rotation('{ names: { joined: X }, sinks: [env:a] }'),
    '3:18',
    'rotations.ci.names.joined: is not a field of layout pair',
    'id and token',
  ],
  [
    rotation('{ layout: file, names: { id: X }, sinks: [env:a] }'),
    '3:32',
    'rotations.ci.names.id: is not a field of layout file',
    'file',
  ],
  [
    rotation('{ names: { id: x, token: X }, sinks: [env:a] }'),
    '3:32',
    'rotations.ci.names.token: has the same name as id',
    'overwrite',
  ],
  [
    'issuer: { kind: a }\nrotations:\n  - { sinks: [env:a] }\n',
    '3:3',
    'rotations: must map names to rotations, not a list',
    'by name',
  ],
  [
    'issuer: { kind: a }\nrotations:\n  a b: { sinks: [env:a] }\n',
    '3:3',
    'rotations.a b: "a b" is not a name: ',
    '',
  ],
  [
    'issuer: { kind: a }\nrotations:\n  constructor: { sinks: [env:a] }\n',
    '3:3',
    'rotations.constructor: the name is reserved',
    'another',
  ],
  ['issuer: { kind: a }\nrotations: {}\n', '2:12', 'rotations: is empty', 'by name'],
  [
    `${rotation('{ sinks: [env:a] }')}  ci: { sinks: [env:b] }\n`,
    '4:3',
    'ci: the key stands twice',
    'Keep one',
  ],
  ['', '1:1', 'must be a mapping with issuer and rotations, not empty', 'who issues the tokens'],
  ['issuer: { kind: a\nrotations: {}\n', '2:1', '', 'YAML 1.2'],
  ['issuer: !!js/function a\n', '1:9', 'Unresolved tag', 'YAML 1.2'],
  [
    'issuer: { kind: a }\n---\nissuer: { kind: b }\n',
    '2:1',
    'a second document begins',
    'one document',
  ],
  ['issuer: *nothing\n', '1:1', 'Unresolved alias', 'Write the values out.'],
  [
    'issuer: { kind: a, x: &x [*x] }\n',
    '1:1',
    'an alias refers to itself',
    'Write the values out.',
  ],
];

describe('a problem in a configuration', () => {
  it.each(PROBLEMS)('of %j is at %s: %s', async (text, place, message, hint) => {
    const folder = await temporaryFolder({ 'keyturn.config.yaml': text });
    const file = path.join(folder, 'keyturn.config.yaml');
    await expect(loadConfig(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      effect: 'none',
      message: expect.stringContaining(`${file}:${place}: ${message}`),
      hint: expect.stringContaining(hint),
    });
  });

  it('has a place in JSON too', async () => {
    const text =
      '{\n\t"issuer": { "kind": "a" },\n\t"rotations": { "ci": { "graces": "1h", "sinks": ["env:a"] } }\n}\n';
    await expect(load(text, 'keyturn.config.json')).rejects.toMatchObject({
      message: expect.stringMatching(
        /keyturn\.config\.json:3:25: rotations\.ci\.graces: unknown key$/,
      ),
    });
  });

  it('puts a misspelt key before the missing one that it was meant to be', async () => {
    await expect(load(rotation('{ sink: [env:a] }'))).rejects.toMatchObject({
      message: expect.stringMatching(/rotations\.ci\.sink: unknown key$/),
      hint: 'Did you mean sinks?',
    });
  });

  it('shows hostile text escaped and cut', async () => {
    const name = `\\e[2J${'x'.repeat(200_000)}`;
    const error: unknown = await load(rotation(`{ "${name}": 1, sinks: [env:a] }`)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('\\u001b[2Jxxx'),
    });
    expect((error as Error).message.length).toBeLessThan(600);
  });

  it('never reaches a prototype', async () => {
    const text =
      '{"issuer":{"kind":"a","__proto__":{"polluted":true}},"rotations":{"ci":{"sinks":["env:a"]}}}';
    const { issuer } = await load(text, 'keyturn.config.json');
    expect(Object.keys(issuer.options)).not.toContain('polluted');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect((issuer.options as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
