import { describe, expect, it } from 'vitest';

import { extendText, type Addition } from '../../src/scaffold/edit-config.ts';
import { compareLines, diffText } from '../../src/output/diff.ts';

const defaults = {
  pair: { id: 'ID', token: 'TOKEN' },
  joined: 'CREDENTIAL',
  file: 'ENV',
  slot: 'SLOT',
} as const;
const pair = { kind: 'pair', names: defaults.pair } as const;
const known: Addition = { rotation: 'ci', isNew: false, layout: pair, sinks: ['github:acme/new'] };
const fresh: Addition = {
  rotation: 'ci-gitlab',
  isNew: true,
  layout: { kind: 'joined', name: 'API_TOKEN' },
  sinks: ['gitlab:acme/infra?scope=production', 'gitlab:?level=instance'],
};
const extend = (text: string, file = 'keyturn.config.yaml', additions = [known, fresh]): string =>
  extendText(file, text, additions, defaults);

const YAML = `# ours
issuer: { kind: planetscale, org: acme }   # who issues

rotations:
  # the one for GitHub
  ci:
    grace: 1h # long enough
    sinks:
      - github:acme/web # first
      # the last one
      - "github:acme/api?environment=production"  # it matters
`;

describe('a configuration in YAML that is extended', () => {
  it('keeps its comments and what else stands there', () => {
    expect(extend(YAML)).toBe(`# ours
issuer: { kind: planetscale, org: acme }   # who issues

rotations:
  # the one for GitHub
  ci:
    grace: 1h # long enough
    sinks:
      - github:acme/web # first
      # the last one
      - "github:acme/api?environment=production"  # it matters
      - github:acme/new
  ci-gitlab:
    layout: joined
    names:
      joined: API_TOKEN
    sinks:
      - gitlab:acme/infra?scope=production
      - gitlab:?level=instance
`);
  });

  it('keeps lists in a line, and lists that are not moved in', () => {
    const inline = 'issuer: { kind: p }\nrotations:\n  ci: { sinks: [github:acme/web] }\n';
    expect(extend(inline, 'a.yaml', [known])).toContain(
      '\n  ci: { sinks: [github:acme/web, "github:acme/new"] }\n',
    );
    const outer = 'issuer: { kind: p }\nrotations:\n  ci:\n    sinks:\n    - github:acme/web\n';
    expect(extend(outer, 'a.yaml', [known])).toContain(
      '\n    - github:acme/web\n    - github:acme/new\n',
    );
  });

  it.each([
    'issuer: { kind: p }\nx: &x [github:acme/web]\nrotations:\n  ci: { sinks: *x }\n',
    'issuer: { kind: p }\nrotations: []\n',
  ])('is left to a person where it is written like this: %j', (text) => {
    expect(() => extend(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('gets more in the manner of what is there', () => {
    const inline = 'issuer: {kind: p}\nrotations: {ci: {sinks: [github:acme/web]}}';
    expect(extend(inline)).toBe(
      'issuer: {kind: p}\nrotations: {ci: {sinks: [github:acme/web, "github:acme/new"]}, ' +
        'ci-gitlab: {"layout":"joined","names":{"joined":"API_TOKEN"},"sinks":["gitlab:acme/infra?scope=production","gitlab:?level=instance"]}}',
    );
    const windows =
      'issuer: { kind: p }\r\nrotations:\r\n  ci:\r\n    sinks:\r\n      - github:acme/web\r\n';
    expect(extend(windows, 'a.yaml', [known])).toContain(
      '- github:acme/web\r\n      - github:acme/new\r\n',
    );
  });

  it('is checked before it is written', () => {
    const twice = { ...known, sinks: ['github:acme/web'] };
    expect(() => extend(YAML, 'a.yaml', [twice])).toThrow(/already in the list/);
  });
});

describe('a configuration in JSON that is extended', () => {
  it('keeps its order and its indentation', () => {
    const text =
      '{\n    "issuer": { "kind": "p" },\n    "rotations": { "ci": { "sinks": ["github:acme/web"] } }\n}\n';
    const extended = extend(text, 'keyturn.config.json');
    expect(extended.startsWith(text.slice(0, text.indexOf('"github:acme/web"')))).toBe(true);
    expect(JSON.parse(extended)).toMatchObject({
      rotations: {
        ci: { sinks: ['github:acme/web', 'github:acme/new'] },
        'ci-gitlab': { layout: 'joined' },
      },
    });
    expect(extended).toContain('\n    "issuer"');
  });

  it('keeps its comments', () => {
    const text =
      '{\n  // ours: {"rotations": 1}\n  "issuer": { "kind": "p" }, /* x */\n  "rotations": { "ci": { "sinks": ["github:acme/web", /* , */], }, } // last\n}\n';
    const extended = extend(text, 'keyturn.config.json');
    for (const comment of ['// ours: {"rotations": 1}', '/* x */', '/* , */', '// last'])
      expect(extended).toContain(comment);
    expect(extended).toContain('["github:acme/web", "github:acme/new", /* , */]');
    expect(extended).toContain('"ci-gitlab"');
  });

  it('is left to a person where it is really YAML', () => {
    expect(() => extend('{ issuer: { kind: p }, rotations: {} } # x', 'a.json')).toThrow(
      /a\.json: .*rotations/,
    );
  });
});

describe('a diff', () => {
  const plain = { colour: false } as never;

  it('shows what changes with a little around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\n';
    expect(diffText(before, 'a\nb\nc\nd\nE\nf\ng\nh\n', plain)).toBe(
      '  …\n    c\n    d\n  - e\n  + E\n    f\n    g\n  + h\n',
    );
    expect(diffText('', 'x\n\ny\n', plain)).toBe('  + x\n  +\n  + y\n');
  });

  it('gives both texts back', () => {
    let state = 1;
    const next = (most: number): number => (state = (state * 48_271) % 2_147_483_647) % most;
    const text = (): string[] => Array.from({ length: next(9) }, () => 'abc'[next(3)] ?? '');
    for (let round = 0; round < 300; round++) {
      const [before, after] = [text(), text()];
      const lines = compareLines(before, after);
      const without = (mark: string): string[] =>
        lines.flatMap((line) => (line.mark === mark ? [] : line.text));
      expect(without('+')).toEqual(before);
      expect(without('-')).toEqual(after);
    }
  });
});
