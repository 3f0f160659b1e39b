import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { controlOf, startSandbox, type Sandbox } from '@keyturn/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { commands } from '../src/program/commands.ts';
import { runIn, wordsOf } from './inside.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CONFIG = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { sinks: [github:acme/web] }
  ci-gitlab: { sinks: ["gitlab:acme/infra?scope=production"] }
  ci-circle: { sinks: ["circleci:gh/acme/web"] }
  local: { token: { permissions: [read_organization] }, sinks: [env:.env.local] }
`;
const ADOPTED = [
  ['ci-github', 'cigithub4w8d'],
  ['ci-gitlab', 'cigitlab9r3k'],
  ['ci-circle', 'cicircle2v6p'],
] as const;
/** What some lines need and nothing here has; they are understood, and say it. */
const LACKING: readonly (readonly [RegExp, RegExp])[] = [
  [/^keyturn init(?: --issuer \S+ --org \S+)?$/, /no terminal to ask/],
  [/^keyturn token delete/, /may be in github:acme\/web/],
  [/^keyturn enable/, /has no disabled token/],
  [/^keyturn forget ci-github --sink github:acme\/old/, /has no sink github:acme\/old/],
  [/^keyturn (?:forget ci|adopt ci-github --from ci)\b/, /no ledger found for "ci"/],
  [/^keyturn adopt web/, /no rotation "web"/],
  [/^keyturn ledger copy/, /is not in a git repository/],
  [/^keyturn ledger sign/, /KEYTURN_LEDGER_KEY is not set/],
  [/^keyturn discover github:acme --write$/, /no terminal to ask/],
  [/^keyturn fleet/, /a fleet needs a PostgreSQL/],
];
/** Serves until it is interrupted, starts servers of its own, or prints a file of the built package: others run these. */
const ELSEWHERE = /^keyturn (?:sandbox|demo|config schema)\b|--watch/;

/** Command lines in the code of a page, each as a shell would take its words. */
async function linesIn(page: string): Promise<string[]> {
  const text = await readFile(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^( *)```(?:sh|bash|console)\n([\s\S]*?)^\1```/gm)];
  return blocks.flatMap(([, , block = '']) => block.split('\n')).map((line) => line.trim());
}

async function documented(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  const packages = await readdir(join(root, 'packages'));
  const pages = [
    'README.md',
    ...docs.map((name) => `docs/${name}`),
    ...packages.map((name) => `packages/${name}/README.md`),
  ];
  const all = [
    ...(await Promise.all(pages.map(linesIn))).flat(),
    ...commands.flatMap(({ examples }) => examples.map(({ line }) => line)),
  ];
  const ours = all
    .map((line) => line.replace(/^\$ /, '').replace(/^(?:[A-Z_]+=\S+ )*(?:npx )?/, ''))
    .filter((line) => /^(?:keyturn|rotate) /.test(line))
    // Comments, and what the shell does with the output.
    .map((line) =>
      line
        .replace(/\s+#\s.*$/, '')
        .replace(/\s*(?:[>|;]|&&).*$/, '')
        .trim(),
    );
  return [...new Set(ours)].toSorted();
}

const lines = await documented();

describe('every command of the pages and of the help', () => {
  let sandbox: Sandbox;
  let folder = '';
  let template = '';
  const run = (words: readonly string[]) =>
    runIn(words, folder, { ...sandbox.env, PLANETSCALE_API_TOKEN: undefined, SHELL: '/bin/bash' });

  beforeAll(async () => {
    sandbox = await startSandbox();
    [folder, template] = (await Promise.all(
      ['', ''].map(() => mkdtemp(join(tmpdir(), 'keyturn-documented-'))),
    )) as [string, string];
    await writeFile(join(folder, 'keyturn.config.yaml'), CONFIG);
    await writeFile(join(folder, 'report.json'), '[]');
    for (const [name, id] of ADOPTED) {
      const { exit, stderr } = await run(['adopt', name, '--token-id', id]);
      if (exit !== 0) throw new Error(stderr);
    }
    await cp(folder, template, { recursive: true });
  });
  afterAll(async () => {
    await sandbox.close();
    for (const one of [folder, template]) await rm(one, { recursive: true, force: true });
  });

  it('is found', () => {
    expect(lines.length).toBeGreaterThan(100);
  });

  it.each(lines.filter((line) => !ELSEWHERE.test(line)))('%s', async (line) => {
    await rm(folder, { recursive: true });
    await cp(template, folder, { recursive: true });
    await controlOf(sandbox).reset();
    const words = wordsOf(
      line
        .replaceAll(/\b(?:abc123def456|k3v9x0q2abcd|ID)\b/g, 'cigithub4w8d')
        .replaceAll(/\bNAME\b/g, 'shelf'),
    );
    const { exit, stdout, stderr } = await run(words[0] === 'keyturn' ? words.slice(1) : words);
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ');
    const [, lack] = LACKING.find(([wanted]) => wanted.test(line)) ?? [];
    expect(said).toMatch(lack ?? /./);
    // 6: the audit, the doctor or a check found something.
    expect([0, ...(lack === undefined ? [6] : [2, 3]), said]).toEqual(
      expect.arrayContaining([exit, said]),
    );
  });
});
