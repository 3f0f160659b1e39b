import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { reveal, Secret, type Credential } from '@keyturn/core';
import { layoutEntries } from '@keyturn/core/unstable';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { temporaryFolder } from '../../host/test/temporary-folder.ts';
import { ID, TOKEN } from './keyturn.ts';

const ID_VALUE = 'k3v9x0q2abcd';
const SECRET = 'pscale_tkn_a-B_9xyz';
const credential: Credential = {
  token: { id: ID_VALUE, label: 'x', issuedAt: '2026-01-01T00:00:00Z' },
  fields: { id: ID_VALUE, token: new Secret(SECRET), pair: new Secret(`${ID_VALUE}:${SECRET}`) },
};
const names = { id: ID, token: TOKEN };
/** What a platform holds in each layout. */
const stored = {
  joined: { kind: 'joined', name: 'PLANETSCALE_CREDENTIAL' },
  file: { kind: 'file', name: 'PLANETSCALE_ENV', names },
} as const;
type Layout = keyof typeof stored;
const both = { [ID]: ID_VALUE, [TOKEN]: SECRET };

/** The lines for a layout in the README of a sink. */
async function lines(kind: string, layout: Layout): Promise<unknown> {
  const readme = new URL(`../../sink-${kind}/README.md`, import.meta.url);
  const blocks = (await readFile(readme, 'utf8')).matchAll(/^```yaml\n([\s\S]*?)^```/gm);
  const own = [...blocks].map(([, text = '']) => text);
  return parse(own.find((text) => text.startsWith(`# layout: ${layout}\n`)) ?? '');
}

function valueOf(layout: Layout): { name: string; value: string } {
  const [entry] = layoutEntries(stored[layout], credential);
  return { name: entry?.name ?? '', value: reveal(entry?.value ?? '') };
}

/** As CI runs the lines of a job. */
function shell(script: string, env: Readonly<Record<string, string>>): string {
  return execFileSync('bash', ['-eo', 'pipefail', '-c', script], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    // Where its input is a socket, bash takes itself for a remote shell and reads files of its own.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Prints what a program of the job has in its environment. */
const SHOW = `env | grep '^PLANETSCALE_SERVICE_TOKEN'`;
const shown = (text: string): object =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  );

describe.each(['joined', 'file'] as const)('a pipeline that reads the layout %s', (layout) => {
  it('of GitHub has both, and the token masked before it can be printed', async () => {
    const folder = await temporaryFolder({ env: '' });
    const [{ env, run }] = (await lines('github', layout)) as [
      { env: Record<string, string>; run: string },
    ];
    const [[variable, read] = ['', '']] = Object.entries(env);
    const { name, value } = valueOf(layout);
    expect(read).toBe(`\${{ secrets.${name} }}`);
    const printed = shell(run, { [variable]: value, GITHUB_ENV: join(folder, 'env') });
    expect(printed).toBe(`::add-mask::${SECRET}\n`);
    expect(shown(await readFile(join(folder, 'env'), 'utf8'))).toEqual(both);
  });

  it('of GitLab has both', async () => {
    const folder = await temporaryFolder({});
    const script = (await lines('gitlab', layout)) as { before_script: string[] };
    const { name, value } = valueOf(layout);
    // A value of several lines is a variable of the type file.
    const path = join(folder, 'file');
    await writeFile(path, value);
    const env = { [name]: value.includes('\n') ? path : value };
    expect(shown(shell([...script.before_script, SHOW].join('\n'), env))).toEqual(both);
  });

  it('of CircleCI has both in every later step', async () => {
    const folder = await temporaryFolder({ env: '' });
    const [{ run }] = (await lines('circleci', layout)) as [{ run: string }];
    const { name, value } = valueOf(layout);
    const env = { [name]: value, BASH_ENV: join(folder, 'env') };
    expect(shell(run, env)).toBe('');
    expect(shown(shell(SHOW, env))).toEqual(both);
  });
});
