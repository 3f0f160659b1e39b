import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { makePlace, others } from './keyturn.ts';
import { blocksOf, runHere } from './program-here.ts';

const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
const guides = (await readdir(join(docs, 'guides'))).map((name) => `guides/${name}`);
const pages = await Promise.all(
  ['layouts.md', 'grace.md', 'embedding.md', ...guides].map(async (name) => ({
    name,
    text: await readFile(join(docs, name), 'utf8'),
  })),
);

it.each(pages)('has configurations that are valid: $name', async ({ text }) => {
  const place = await makePlace();
  const configurations = blocksOf(text, 'yaml').filter((block) => block.includes('rotations:'));
  expect(configurations.length).toBeGreaterThan(0);
  for (const configuration of configurations) {
    await writeFile(join(place.folder, 'keyturn.config.yaml'), configuration);
    const { stdout } = await runHere(place, 'keyturn config validate --json');
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, problems: [], warnings: [] });
  }
});

const issuers = pages.filter(({ text }) => text.includes('keyturn adopt'));

it('has a guide for each kind of issuer', () => {
  const kinds = issuers.map(({ text }) => /kind: ([\w-]+)[^\n]*\n(?!rotations)/.exec(text)?.[0]);
  expect(kinds).toHaveLength(5);
});

it.each(issuers)('has commands that work: $name', async ({ name, text }) => {
  const place = await makePlace();
  // The sandbox's account has another number, and its user has the one key that it needs.
  const configuration = (blocksOf(text, 'yaml')[0] ?? '').replace(/, account: '\d+'/, '');
  await writeFile(join(place.folder, 'keyturn.config.yaml'), configuration);
  const [rotation = ''] = /^ {2}([\w-]+):/m.exec(configuration)?.slice(1) ?? [];
  const listed = await runHere(place, `keyturn token list --rotation ${rotation} --json`);
  const { tokens } = JSON.parse(listed.stdout) as { tokens: { id: string; name: string }[] };
  const old = tokens.find((one) => one.name.startsWith('ci-')) ?? tokens[0];
  // Jobs read something under the names of the page already.
  const [, stored] = /names: \{ \w+: (\w+) \}/.exec(configuration) ?? [];
  const [, sink] = /sinks: \[([^\]]+)\]/.exec(configuration) ?? [];
  if (stored !== undefined)
    await others(place, { op: 'write', sink, name: stored, value: 'what-is-in-use' });
  const lines = blocksOf(text, 'sh').flatMap((block) => block.trim().split('\n'));
  const commands = lines.filter((line) => line.startsWith('npx keyturn'));
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) {
    const line = command.replace(/--token-id \S+/, `--token-id ${old?.id}`);
    // A new password or role is proved by a login over TLS, which the sandbox does not have; a new key of AWS after ten seconds.
    if (/passwords|roles|aws/.test(name) && line.includes(' rotate ')) continue;
    expect([line, await runHere(place, line)]).toMatchObject([
      line,
      { code: 0, stderr: expect.any(String) },
    ]);
  }
});
