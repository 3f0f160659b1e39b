import { fileURLToPath } from 'node:url';

import { startSandbox } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { linesOf, makeOrigin } from './runner.ts';

/** What stands in for keyturn: a line in a ledger, and a lock. */
const ROTATED =
  'echo "$1" >> .keyturn/ci.jsonl; mkdir -p .keyturn/ci.lock; touch .keyturn/ci.lock/1';
const systems = Object.keys(linesOf);
const lines = (system: string, rotated = ROTATED): readonly string[] =>
  linesOf[system]?.(rotated) ?? [];

describe("the ledger's branch", () => {
  it.each(systems)('is made by the first run, and found by the next: %s', async (system) => {
    const { git, runner, kept } = await makeOrigin();
    await runner('one', lines(system));
    expect(await kept('ci.jsonl')).toBe('one\n');
    await runner('two', lines(system));
    expect(await kept('ci.jsonl')).toBe('one\ntwo\n');
    expect(await git('origin.git', 'ls-tree', '-r', '--name-only', 'keyturn-ledger')).toBe(
      'ci.jsonl\n',
    );
    expect(await git('origin.git', 'log', '--format=%s', 'main')).toBe('first\n');
  });

  it.each(systems)('stays as it is where nothing was recorded: %s', async (system) => {
    const { git, runner, kept } = await makeOrigin();
    await runner('one', lines(system));
    await runner('two', lines(system, ':'));
    expect(await kept('ci.jsonl')).toBe('one\n');
    expect(await git('origin.git', 'log', '--format=%s', 'keyturn-ledger')).toBe('Ledger\n');
  });

  it('gets what a run recorded that failed', async () => {
    const { runner, kept } = await makeOrigin();
    const [script = ''] = lines('gitlab', `${ROTATED}; (exit 3)`);
    await expect(runner('one', [script])).rejects.toMatchObject({ code: 3 });
    expect(await kept('ci.jsonl')).toBe('one\n');
  });

  it.each(systems)('is not taken for empty where it cannot be looked for: %s', async (system) => {
    const { runner, url } = await makeOrigin();
    const fetching = lines(system).find((line) => line.includes('ls-remote')) ?? '';
    const broken = fetching.replace(
      'ls-remote --exit-code --heads origin',
      `ls-remote --heads ${url}/no`,
    );
    await expect(runner('one', [broken])).rejects.toMatchObject({ code: 128 });
  });

  it('carries a real rotation from runner to runner, from adoption to revocation', async () => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    const bin = fileURLToPath(new URL('../../bin/keyturn.js', import.meta.url));
    const keyturn = `${process.execPath} ${bin}`;
    const token = (id: string) =>
      sandbox.state().planetscale?.orgs?.['acme']?.tokens?.find((one) => one.id === id);
    const { runner, git } = await makeOrigin({
      'keyturn.config.yaml':
        'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { maxAge: 200d, grace: 0, settle: 1s, sinks: [github:acme/web] }\n',
    });
    // Adopted on a laptop, it is believed elsewhere for the signature alone.
    const env = { ...sandbox.env, KEYTURN_LEDGER_KEY: 'a-key-that-nobody-guesses-0123456789' };
    const steps = (command: string): readonly string[] => lines('github', `${keyturn} ${command}`);
    await runner('laptop', steps('adopt ci --token-id cigithub4w8d'), env);
    expect(await runner('one', steps('rotate'), env)).toContain('ci current');
    expect(token('cigithub4w8d')).toMatchObject({ revokedAt: null });
    expect(await runner('two', steps('rotate --force'), env)).toContain('ci rotated');
    expect(token('cigithub4w8d')?.revokedAt).not.toBeNull();
    await runner('three', steps('status --check'), env);
    expect(await runner('four', steps('history'), env)).toContain(
      'named cigithub4w8d as the current token',
    );
    const files = await git('origin.git', 'ls-tree', '-r', '--name-only', 'keyturn-ledger');
    expect(files).toBe('ci.head\nci.jsonl\n');
    expect(await git('origin.git', 'log', '-p', 'keyturn-ledger')).not.toContain('pscale_tkn_');
  });
});
