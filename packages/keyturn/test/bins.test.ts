import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const program = (name: string): string => fileURLToPath(new URL(`../bin/${name}`, import.meta.url));

function run(name: string, ...args: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program(name), ...args], (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    );
  });
}

async function versionIn(manifest: string): Promise<string> {
  const text = await readFile(new URL(manifest, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

describe('the name that npx finds', () => {
  it.each(['keyturn.js', 'rotate.js'])('runs the command line as %s', async (name) => {
    const version = await versionIn('../../cli/package.json');
    expect(await run(name, '--version')).toEqual({ code: 0, stdout: `${version}\n` });
  });

  it('has both programs', async () => {
    expect((await run('keyturn.js', '--help')).stdout).toContain('discover');
    expect((await run('rotate.js', '--help')).stdout).toContain('--replaces');
  });

  it('has the version of the command line', async () => {
    expect(await versionIn('../package.json')).toBe(await versionIn('../../cli/package.json'));
  });
});
