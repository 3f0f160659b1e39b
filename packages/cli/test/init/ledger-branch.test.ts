import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { startSandbox } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { linesOf, makeOrigin } from './runner.ts';

const systems = Object.keys(linesOf);
const bin = fileURLToPath(new URL('../../bin/keyturn.js', import.meta.url));
const keyturn = `"${process.execPath}" "${bin}"`;
const lines = (system: string, command: string): readonly string[] =>
  linesOf[system]?.(`${keyturn} ${command}`) ?? [];

const KEY = 'a-key-that-nobody-guesses-0123456789';
const CONFIG =
  'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { maxAge: 200d, grace: 0, settle: 1s, sinks: [github:acme/web] }\n';

/** A repository with a configuration, and servers of providers. */
async function origin() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const made = await makeOrigin({ 'keyturn.config.yaml': CONFIG });
  const {
    PLANETSCALE_SERVICE_TOKEN_ID,
    PLANETSCALE_SERVICE_TOKEN,
    GITHUB_TOKEN,
    GITLAB_TOKEN,
    ...addresses
  } = sandbox.env;
  const env = {
    // Variables that decide where credentials go are unset by pipelines: the test exports them as a user with own servers would.
    KEYTURN_PLANETSCALE_TOKEN_ID: PLANETSCALE_SERVICE_TOKEN_ID,
    KEYTURN_PLANETSCALE_TOKEN: PLANETSCALE_SERVICE_TOKEN,
    KEYTURN_GITHUB_TOKEN: GITHUB_TOKEN,
    KEYTURN_GITLAB_TOKEN: GITLAB_TOKEN,
    KEYTURN_LEDGER_KEY: KEY,
  };
  const exported = Object.entries(addresses)
    .filter(([name]) => name.endsWith('_API_URL'))
    .map(([name, value]) => `export ${name}=${value}; `)
    .join('');
  const token = (id: string) =>
    sandbox.state().planetscale?.orgs?.['acme']?.tokens?.find((one) => one.id === id);
  const run = (name: string, system: string, command: string): Promise<string> =>
    made.runner(
      name,
      lines(system, command).map((line) => line.replace(keyturn, `${exported}${keyturn}`)),
      // A workflow of GitHub sets the variables of its step.
      system === 'github'
        ? { ...sandbox.env, KEYTURN_LEDGER_KEY: KEY, KEYTURN_STATE: 'git:origin#keyturn-ledger' }
        : env,
    );
  return { ...made, sandbox, token, run };
}

describe.each(systems)('the ledger of a pipeline: %s', (system) => {
  it('goes from runner to runner, of which nothing is left, from adoption to revocation', async () => {
    const { run, token, git, folder } = await origin();
    const lost = (name: string): Promise<void> => rm(`${folder}/${name}`, { recursive: true });
    await run('laptop', system, 'adopt ci --token-id cigithub4w8d');
    await lost('laptop');
    expect(await run('one', system, 'rotate')).toContain('ci current');
    expect(token('cigithub4w8d')).toMatchObject({ revokedAt: null });
    await lost('one');
    expect(await run('two', system, 'rotate --force')).toContain('ci rotated');
    expect(token('cigithub4w8d')?.revokedAt).not.toBeNull();
    await lost('two');
    const before = await git('origin.git', 'rev-parse', 'keyturn-ledger');
    expect(await run('three', system, 'history')).toContain(
      'named cigithub4w8d as the current token',
    );
    expect(await run('four', system, 'rotate')).toContain('ci current');
    // To which nothing is due pushes nothing.
    expect(await git('origin.git', 'rev-parse', 'keyturn-ledger')).toBe(before);
    const files = await git('origin.git', 'ls-tree', '-r', '--name-only', 'keyturn-ledger');
    expect(files).toBe('ci.head\nci.jsonl\n');
    expect(await git('origin.git', 'log', '--format=%s', 'main')).toBe('first\n');
    const log = await git('origin.git', 'log', '-p', 'keyturn-ledger');
    expect(log).not.toMatch(/pscale_tkn_|ghp_|glpat-/);
    for (const subject of log.match(/^ {4}keyturn: .*$/gm) ?? [])
      expect(subject).toContain('[skip ci]');
  }, 60_000);
});

it('reads a branch that a pipeline of an older version made as it is', async () => {
  const { run, runner, git, sandbox, url } = await origin();
  const keep = `cd .keyturn && git init --quiet && git checkout --quiet --orphan keyturn-ledger
git add --all -- . ':(exclude,glob)*.lock/**'
git -c user.name=keyturn -c user.email=keyturn@invalid commit --quiet --message Ledger
git push --quiet ${url} HEAD:refs/heads/keyturn-ledger`;
  const adopted = `${keyturn} adopt ci --token-id cigithub4w8d`;
  await runner('older', [adopted, keep], sandbox.env);
  const before = await git('origin.git', 'show', 'keyturn-ledger:ci.jsonl');
  // This pipeline has a key, and the ledger no signature yet.
  expect(await run('signing', 'github', 'ledger sign')).toContain('signed');
  const status = JSON.parse(await run('newer', 'github', 'status --json')) as {
    rotations: { current: { id: string } }[];
  };
  expect(status.rotations[0]?.current.id).toBe('cigithub4w8d');
  expect(await run('next', 'github', 'rotate --force')).toContain('ci rotated');
  const after = await git('origin.git', 'show', 'keyturn-ledger:ci.jsonl');
  expect(after.startsWith(before)).toBe(true);
}, 60_000);
