import { controlOf, startSandbox, type Sandbox } from '@keyturn/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { attempt } from '../inside.ts';
import { setUps, type SetUp } from './rows.ts';

interface Diagnosis {
  readonly area: string;
  readonly severity: string;
  readonly text: string;
  readonly fix: string | null;
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const others = (changes: readonly object[]): Promise<void> => controlOf(sandbox).change(...changes);

/** Makes the place with its secrets; its target. */
async function make({ target: pattern, secrets }: SetUp, at: number): Promise<string> {
  const target = pattern.replace('#', `set-up-${at}`);
  const [, kind = '', path = '', environment] =
    /^(\w+):([^?]+)(?:\?environment=(.+))?/.exec(target) ?? [];
  const place = { provider: kind, op: 'create', [kind === 'github' ? 'repo' : 'project']: path };
  await others([
    place,
    ...(environment === undefined ? [] : [{ ...place, environment }]),
    ...Object.entries(secrets).map(([name, value]) => ({ op: 'write', sink: target, name, value })),
  ]);
  return target;
}

/** The names as the configuration has them. */
function namesText(names: NonNullable<SetUp['names']>): string {
  const lines = Object.entries(names).map(([field, name]) =>
    typeof name === 'string'
      ? `      ${field}: ${name}`
      : [`      ${field}:`, ...name.map((one) => `        - ${one}`)].join('\n'),
  );
  return ['    names:', ...lines, ''].join('\n');
}

/** The configuration that `init` shows for it. */
function configOf({ names, layout }: SetUp, target: string): string {
  const rotation = { sinks: [target], ...(names && { names }), ...(layout && { layout }) };
  return JSON.stringify({
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: rotation },
  });
}

/** What the doctor calls a problem of the issuer or of the token; nothing else may be one. */
async function problemsOf(
  setUp: SetUp,
  target: string,
  words: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Diagnosis[]> {
  const files = { ...setUp.files, '.git/': '', 'keyturn.config.json': configOf(setUp, target) };
  const { exit, stdout } = await attempt({ line: `doctor ${words}`, files, env }, sandbox);
  expect(exit).toBe(6);
  const { diagnoses } = JSON.parse(stdout) as { readonly diagnoses: readonly Diagnosis[] };
  return diagnoses.filter(({ severity }) => severity === 'problem');
}

describe('keyturn doctor, in one run', () => {
  const served = setUps.filter(({ names }) => names !== null);

  it.each(served.map((setUp, at) => [setUp.what, setUp, at + 100] as const))(
    'ends a 401 and a token that is not in the list at their cause: %s',
    async (_, setUp, at) => {
      const target = await make(setUp, at);
      const [refused, ...more] = await problemsOf(setUp, target, '', {
        PLANETSCALE_SERVICE_TOKEN: `${sandbox.env['PLANETSCALE_SERVICE_TOKEN']}x`,
      });
      expect([refused?.area, more]).toEqual(['issuer', []]);
      expect(refused).toMatchObject({
        text: expect.stringContaining('not valid'),
        fix: expect.stringContaining('mistyped, expired or deleted'),
      });
      const [missing, ...rest] = await problemsOf(setUp, target, '--token-id ci-github');
      expect([missing?.area, rest]).toEqual(['token', []]);
      expect(missing).toMatchObject({
        text: expect.stringContaining('that is the name of cigithub4w8d'),
        fix: expect.stringContaining('cigithub4w8d'),
      });
    },
  );
});

describe('keyturn init', () => {
  it.each(setUps.map((setUp, at) => [setUp.what, setUp, at] as const))(
    '%s',
    async (_, setUp, at) => {
      const { files = {}, names, layout, said = [] } = setUp;
      const target = await make(setUp, at);
      const before = JSON.stringify(sandbox.state().github);
      const scope = target.replace(/\?.*/, '');
      const line = `init ${scope} --org acme --ci none --yes --dry-run`;
      const result = await attempt(
        { line, files: { ...files, '.git/': '' }, isText: true },
        sandbox,
      );
      const text = result.stderr.replaceAll(/^ {2}\+ ?/gm, '');
      const shown = text.replaceAll(/\s+/g, ' ');
      for (const one of said) expect(shown).toMatch(one);
      expect(result.exit).toBe(names === null ? 2 : 0);
      const shownNames = /^ {4}names:\n(?: {6}.*\n)+/m.exec(text)?.[0];
      expect(shownNames).toBe(names ? namesText(names) : undefined);
      expect(/^ {4}layout: (\w+)$/m.exec(text)?.[1]).toBe(layout);
      expect(text.includes(`      - ${target}\n`)).toBe(names !== null);
      expect(JSON.stringify(sandbox.state().github)).toBe(before);
    },
  );
});
