import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load.ts';
import { load, rotation } from './example.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What is written, where the problem is, at which key, a word of the message, and a part of the hint. */
const PROBLEMS: readonly (readonly [string, string, string, string, string])[] = [
  [
    rotation('{ maxAgee: 90d, sinks: [env:a] }'),
    '3:9',
    'rotations.ci.maxAgee: ',
    'unknown',
    'Did you mean maxAge?',
  ],
  [
    'issuer: { kind: a }\nrotation:\n  ci: {}\n',
    '2:1',
    'rotation: ',
    'unknown',
    'Did you mean rotations?',
  ],
  [rotation('{ zzz: 1, sinks: [env:a] }'), '3:9', 'rotations.ci.zzz: ', 'unknown', 'maxAge, '],
  [
    'rotations:\n  ci: { sinks: [env:a] }\n',
    '1:1',
    'issuer: ',
    'missing',
    '{ kind: planetscale, org: acme }',
  ],
  [
    'issuer: { kindd: a }\nrotations:\n  ci: { sinks: [env:a] }\n',
    '1:1',
    'issuer.kind: ',
    'missing',
    'kind instead of kindd',
  ],
  [
    'issuer: planetscale\nrotations:\n  ci: { sinks: [env:a] }\n',
    '1:9',
    'issuer: ',
    '"planetscale"',
    '{ kind: planetscale',
  ],
  [rotation('{ grace: 1h }'), '3:3', 'rotations.ci.sinks: ', 'missing', 'github:acme/web'],
  [rotation('{ sinks: [] }'), '3:16', 'rotations.ci.sinks: ', 'empty', 'github:acme/web'],
  [rotation('{ sinks: env:a }'), '3:16', 'rotations.ci.sinks: ', '"env:a"', 'github:acme/web'],
  [rotation('{ sinks: [acme/web] }'), '3:17', 'rotations.ci.sinks[0]: ', '"acme/web"', 'KIND:PATH'],
  [
    rotation('{ sinks: [env:a, env:b, env:a] }'),
    '3:31',
    'rotations.ci.sinks[2]: ',
    'number 1',
    'Remove',
  ],
  [
    rotation('{ layout: pairs, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.layout: ',
    '"pairs"',
    'Did you mean pair?',
  ],
  [
    rotation('{ maxAge: 90 days, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.maxAge: ',
    '"90 days"',
    'such as 90d',
  ],
  [
    rotation('{ maxAge: 90, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.maxAge: ',
    'the number 90',
    'such as 90d',
  ],
  [
    rotation('{ maxAge: 9999w, sinks: [env:a] }'),
    '3:17',
    'rotations.ci.maxAge: ',
    '"9999w"',
    '90d',
  ],
  [
    rotation('{ token: { ttl: 1h }, sinks: [env:a] }'),
    '3:23',
    'rotations.ci.token.ttl: ',
    'longer',
    'longer ttl',
  ],
  [
    rotation('{ token: { ttl: 1500ms }, grace: 0, sinks: [env:a] }'),
    '3:23',
    'rotations.ci.token.ttl: ',
    'seconds',
    'such as 120d',
  ],
  [
    rotation('{ token: { permissions: copi }, sinks: [env:a] }'),
    '3:31',
    'rotations.ci.token.permissions: ',
    '"copi"',
    'Did you mean copy?',
  ],
  [
    rotation('{ token: { permissions: [a b] }, sinks: [env:a] }'),
    '3:32',
    'rotations.ci.token.permissions[0]: ',
    '"a b"',
    'shop/read_branch',
  ],
  [
    rotation('{ names: { id: 1X }, sinks: [env:a] }'),
    '3:22',
    'rotations.ci.names.id: ',
    '"1X"',
    'PLANETSCALE_SERVICE_TOKEN_ID',
  ],
  [
    rotation('{ names: { joined: X }, sinks: [env:a] }'),
    '3:18',
    'rotations.ci.names.joined: ',
    'layout pair',
    'id and token',
  ],
  [
    rotation('{ layout: file, names: { id: X }, sinks: [env:a] }'),
    '3:32',
    'rotations.ci.names.id: ',
    'layout file',
    'file',
  ],
  [
    rotation('{ names: { id: x, token: X }, sinks: [env:a] }'),
    '3:32',
    'rotations.ci.names.token: ',
    'id',
    'overwrite',
  ],
  [
    'issuer: { kind: a }\nrotations:\n  - { sinks: [env:a] }\n',
    '3:3',
    'rotations: ',
    'a list',
    'by name',
  ],
  [
    'issuer: { kind: a }\nrotations:\n  a b: { sinks: [env:a] }\n',
    '3:3',
    'rotations.a b: ',
    '"a b"',
    '',
  ],
  [
    'issuer: { kind: a }\nrotations:\n  constructor: { sinks: [env:a] }\n',
    '3:3',
    'rotations.constructor: ',
    'reserved',
    'another',
  ],
  ['issuer: { kind: a }\nrotations: {}\n', '2:12', 'rotations: ', 'empty', 'by name'],
  [
    `${rotation('{ sinks: [env:a] }')}  ci: { sinks: [env:b] }\n`,
    '4:3',
    'rotations.ci: ',
    'duplicate',
    'Keep one',
  ],
  ['', '1:1', '', 'empty', 'issuer'],
  ['issuer: { kind: a\nrotations: {}\n', '2:1', '', 'not closed', '}'],
  ['issuer: !!js/function a\n', '1:9', '', '!!js/function', 'YAML 1.2'],
  ['issuer: { kind: a }\n---\nissuer: { kind: b }\n', '2:1', '', 'second document', 'one document'],
  ['issuer: *nothing\n', '1:9', 'issuer: ', '*nothing is an alias', '"*nothing"'],
  ['issuer: { kind: a, x: &x [*x] }\n', '1:27', 'issuer.x[0]: ', 'refers to itself', 'alias'],
];

describe('a problem in a configuration', () => {
  it.each(PROBLEMS)('of %j is at %s: %s%s', async (text, place, key, word, hint) => {
    const folder = await temporaryFolder({ 'keyturn.config.yaml': text });
    const file = path.join(folder, 'keyturn.config.yaml');
    await expect(loadConfig(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      effect: 'none',
      message: expect.stringContaining(`${file}:${place}: ${key}`),
      hint: expect.stringContaining(hint),
    });
    await expect(loadConfig(file)).rejects.toThrow(word);
  });

  it('has a place in JSON too', async () => {
    const text =
      '{\n\t"issuer": { "kind": "a" },\n\t"rotations": { "ci": { "graces": "1h", "sinks": ["env:a"] } }\n}\n';
    await expect(load(text, 'keyturn.config.json')).rejects.toMatchObject({
      message: expect.stringMatching(/keyturn\.config\.json:3:25: rotations\.ci\.graces: unknown/),
    });
  });

  it('puts a misspelt key before the missing one that it was meant to be', async () => {
    await expect(load(rotation('{ sink: [env:a] }'))).rejects.toMatchObject({
      message: expect.stringMatching(/rotations\.ci\.sink: unknown/),
      hint: expect.stringContaining('sinks'),
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
