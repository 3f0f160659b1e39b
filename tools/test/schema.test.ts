import { readFile } from 'node:fs/promises';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { parseText } from '../../packages/host/src/config/document.ts';
import { EXAMPLE } from '../../packages/host/test/config/example.ts';
import { configJsonSchema, schemaFile } from '../schema.ts';

const schema = JSON.parse(await readFile(schemaFile, 'utf8')) as object;
const valid = new Ajv({ strict: true }).compile(schema);

describe('schema.json', () => {
  it('is what node tools/schema.ts writes', () => {
    expect(schema).toEqual(configJsonSchema());
  });

  it('says what every key is for', () => {
    const keys = propertiesIn(schema);
    expect(keys.length).toBeGreaterThan(14);
    expect(keys.filter(([, { description }]) => description === undefined)).toEqual([]);
  });

  it('takes the example of the design', () => {
    valid(parseText('example.yaml', EXAMPLE).value);
    expect(valid.errors).toBeNull();
  });

  it.each([
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a] } }\nstate: ../ledgers',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a] } }\nstate: git:origin#keyturn-ledger',
    'x-a: &a { grace: 2h, drift: off }\nissuer: { kind: a }\nrotations: { ci: { <<: *a, sinks: [env:a] } }',
    'x-note: anything\nissuer: { kind: a, org: 0123 }\nrotations: { ci: { sinks: [env:a], grace: 0 } }',
  ])('takes %j', (text) => {
    valid(parseText('right.yaml', text).value);
    expect(valid.errors).toBeNull();
  });

  it.each([
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a] } }\nstate: ""',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a] } }\nstate: 5',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a] } }\ny-note: 5',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a], x-note: 1 } }',
    'rotations: { ci: { sinks: [env:a] } }',
    'issuer: { org: acme }\nrotations: { ci: { sinks: [env:a] } }',
    'issuer: { kind: a }\nrotations: {}',
    'issuer: { kind: a }\nrotations: { a b: { sinks: [env:a] } }',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [] } }',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a], maxAgee: 1d } }',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a], maxAge: 90 days } }',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a], layout: pairs } }',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a], names: { id: 1X } } }',
    'issuer: { kind: a }\nrotations: { ci: { sinks: [env:a], token: { permissions: copi } } }',
  ])('refuses %j', (text) => {
    expect(valid(parseText('wrong.yaml', text).value)).toBe(false);
  });
});

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly additionalProperties?: Described | boolean;
}

function propertiesIn(part: Described): [string, Described][] {
  const own = Object.entries(part.properties ?? {});
  const more = typeof part.additionalProperties === 'object' ? [part.additionalProperties] : [];
  return [...own, ...[...own.map(([, inner]) => inner), ...more].flatMap(propertiesIn)];
}
