import planetscale from '@keyturn/issuer-planetscale';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { configText } from '../../src/scaffold/config.ts';
import { circleciPipeline, githubPipeline, gitlabPipeline } from './made-pipelines.ts';

const HOSTILE = [
  'a; curl evil.example',
  'a && id',
  'a | sh',
  '$(id)',
  '`id`',
  '${{ secrets.KEYTURN_PLANETSCALE_TOKEN }}',
  '<< pipeline.project.slug >>',
  'a\nid',
  'a\r\nid',
  "a'",
  'a"',
  'a # b',
  'a: b',
  'a > b',
  '--help;',
  '\\',
  '\u0000',
  '\u2028',
  '',
];
const request = {
  keyturn: 'node_modules/.bin/keyturn',
  install: 'npm ci --ignore-scripts',
  names: [],
  kinds: ['github'],
};
const unfit = expect.objectContaining({ code: 'USAGE_INVALID', effect: 'none' });

describe.each([githubPipeline, gitlabPipeline, circleciPipeline])('%o', (pipeline) => {
  it.each(HOSTILE)('writes %j neither as a rotation nor as a command', (text) => {
    expect(() => pipeline({ ...request, names: ['ci', text] })).toThrow(unfit);
    expect(() => pipeline({ ...request, keyturn: text })).toThrow(unfit);
    expect(() => pipeline({ ...request, install: text })).toThrow(unfit);
  });

  it.each(['--force', '-x', '../up', 'a b', '@a'])('takes %j for no rotation', (name) => {
    expect(() => pipeline({ ...request, names: [name] })).toThrow(unfit);
  });

  it.each([...HOSTILE, 'constructor', '__proto__', 'toString'])(
    'writes nothing for the kind %j',
    (kind) => {
      const kinds = [...request.kinds, kind];
      expect(pipeline({ ...request, kinds })).toBe(pipeline(request));
    },
  );
});

describe('a new configuration', () => {
  const { kind, account } = planetscale;
  const issuer = { kind, ...(account !== undefined && { account }) };
  const layout = { kind: 'pair', names: { id: ['X'], token: ['Y'] } } as const;
  const defaults = { pair: { id: 'A', token: 'B' }, joined: 'J', file: 'F', slot: 'S' };

  it.each(HOSTILE)('keeps %j as one value', (text) => {
    const addition = { rotation: text, isNew: true, layout, sinks: [text] };
    const wanted = { issuer, options: { org: text }, maxAge: text, grace: text };
    expect(parse(configText(wanted, [addition], defaults))).toEqual({
      issuer: { kind: 'planetscale', org: text },
      rotations: {
        [text]: { maxAge: text, grace: text, names: { id: ['X'], token: ['Y'] }, sinks: [text] },
      },
    });
  });
});
