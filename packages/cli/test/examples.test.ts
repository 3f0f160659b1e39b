import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { sinkPackage } from '../src/scaffold/sink-package.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What the examples for readers may not do, as the pipelines of init do not. */
const RULES: readonly (readonly [string, (line: string) => boolean])[] = [
  [
    'an action that is not pinned to a commit',
    (line) => /\buses:\s*\S/.test(line) && !/\buses:\s*['"]?[\w./-]+@[0-9a-f]{40}\b/.test(line),
  ],
  [
    'an installation that runs scripts',
    (line) =>
      /\b(?:npm (?:ci|i|install)|pnpm (?:i|install|add)|yarn (?:install|add))\b/.test(line) &&
      !/--ignore-scripts|--mode=skip-build/.test(line),
  ],
  [
    'npx of any version',
    (line) =>
      /\bnpx\b(?!.*--no-install)/.test(line) &&
      !/\bnpx\b.*\s@?[\w./-]+@\d+\.\d+\.\d+(?:\s|$)/.test(line),
  ],
];

/** What is wrong with the YAML in a page, line by line. */
function problems(page: string, text: string): string[] {
  const blocks = [...text.matchAll(/^( *)```ya?ml\n([\s\S]*?)^\1```/gm)];
  const lines = blocks.flatMap(([, , block = '']) => block.split('\n'));
  return lines.flatMap((line) =>
    RULES.filter(([, isWrong]) => isWrong(line)).map(
      ([what]) => `${page}: ${what}: ${line.trim()}`,
    ),
  );
}

interface Rotation {
  readonly sinks?: readonly unknown[];
}

function rotationsIn(block: string): Readonly<Record<string, Rotation>> {
  const { rotations } = parse(block, { merge: true }) as {
    rotations: Record<string, Rotation> | null;
  };
  return rotations ?? {};
}

const kindOf = (sink: string): string => sink.replace(/^!/, '').split(':', 1)[0] ?? '';

async function pages(): Promise<string[]> {
  const docs = (await readdir(`${root}/docs`, { recursive: true })).filter((name) =>
    name.endsWith('.md'),
  );
  const packages = await readdir(`${root}/packages`);
  return [
    'README.md',
    ...docs.map((name) => `docs/${name}`),
    ...packages.map((name) => `packages/${name}/README.md`),
  ];
}

it('installs and uses in every example what is pinned, and runs no script of it', async () => {
  const all = await pages();
  const texts = await Promise.all(all.map((page) => readFile(`${root}/${page}`, 'utf8')));
  expect(texts.join('').match(/^```yaml$/gm)?.length).toBeGreaterThan(10);
  expect(all.flatMap((page, at) => problems(page, texts[at] ?? ''))).toEqual([]);
  const made = Object.entries(sinkPackage('vercel'));
  expect(made.flatMap(([path, text]) => problems(path, text))).toEqual([]);
});

it('gives env files a rotation of their own: a pipeline does not have them, and each CI has a token of its own', async () => {
  const texts = await Promise.all(
    (await pages()).map((page) => readFile(`${root}/${page}`, 'utf8')),
  );
  const rotations = texts
    .flatMap((text) => [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)])
    .filter(([, block = '']) => block.includes('\nrotations:'))
    .flatMap(([, block = '']) => Object.entries(rotationsIn(block)));
  expect(rotations.length).toBeGreaterThan(20);
  const kinds = ({ sinks = [] }: Rotation): Set<string> =>
    new Set(sinks.filter((sink) => typeof sink === 'string').map((sink) => kindOf(sink)));
  expect(rotations.filter(([, one]) => kinds(one).has('env') && kinds(one).size > 1)).toEqual([]);
});

it.each([
  '- uses: actions/checkout@v4',
  '- uses: actions/checkout@de0fac2',
  '- uses: docker://node:24',
  '- run: npm ci',
  '- run: npm install --global @keyturn/cli@1.0.0',
  'run: pnpm install --frozen-lockfile',
  '- run: npx --yes @keyturn/cli rotate',
  '- run: npx -y keyturn@latest',
  '- run: npx keyturn rotate',
])('tells %j', (line) => {
  expect(problems('a.md', `text\n\n\`\`\`yaml\n${line}\n\`\`\`\n`)).toHaveLength(1);
});

it.each([
  '- uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2',
  '- run: npm ci --ignore-scripts',
  '- run: npx --yes pnpm@10.24.0 install --frozen-lockfile --ignore-scripts',
  '- run: npx --no-install keyturn rotate',
])('allows %j', (line) => {
  expect(problems('a.md', `text\n\n\`\`\`yaml\n${line}\n\`\`\`\n`)).toEqual([]);
});
