import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { makePlace, runBin } from './keyturn.ts';

/** What the program sees of an older Node: its version. */
const old = (version: string): string =>
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

function runOn(version: string, name: string): Promise<{ code: number | null; stderr: string }> {
  const program = fileURLToPath(new URL(`../bin/${name}.js`, import.meta.url));
  return new Promise((resolve) => {
    const args = ['--import', old(version), program, '--version'];
    const child = execFile(process.execPath, args, (_, _stdout, stderr) =>
      resolve({ code: child.exitCode, stderr }),
    );
  });
}

describe('the programs', () => {
  it.each(['18.20.8', '20.20.2', '22.18.0'])(
    'say on Node %s which Node they need, and how to get it',
    async (version) => {
      const { code, stderr } = await runOn(version, 'rotate');
      expect(code).toBe(2);
      expect(stderr).toContain('rotate: needs Node 22.19 or newer');
      expect(stderr).toContain(version);
      expect(stderr).toContain('https://nodejs.org/en/download');
      expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    },
  );

  it.each(['22.19.0', '24.0.0', '26.12.1'])('run on Node %s', async (version) => {
    expect(await runOn(version, 'keyturn')).toEqual({ code: 0, stderr: '' });
  });

  it('are found by the name of the package, too', async () => {
    const { folder } = await makePlace();
    const { code, stdout } = await runBin('cli.js', ['--help'], {}, folder);
    expect(code).toBe(0);
    expect(stdout).toContain('discover');
  });

  it('sync files with the handles of Plug’n’Play', async () => {
    const module = new URL('../bin/plug-and-play.js', import.meta.url).href;
    const script = `import { open } from 'node:fs/promises';
      const file = await open(process.execPath);
      const prototype = Object.getPrototypeOf(file);
      prototype.sync = () => { throw new Error('Method not implemented.'); };
      await (await import('${module}')).default();
      await file.sync();
      await file.datasync();
      await file.close();
      process.stdout.write('synced');`;
    const stdout = await new Promise((resolve) => {
      const args = ['--input-type=module', '--eval', script];
      execFile(process.execPath, args, (_, text) => resolve(text));
    });
    expect(stdout).toBe('synced');
  });
});
