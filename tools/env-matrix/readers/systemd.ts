import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type Opened,
  parseEnvironment,
  type Reading,
} from '../../../packages/sink-env/test/matrix/reader.ts';
import { find, run, withFile } from '../../../packages/sink-env/test/matrix/run.ts';

/** Prints the variables of environment.d, which systemd reads with the parser of EnvironmentFile=. */
const GENERATOR = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator';

/** systemd's own parser, which needs no running systemd. */
export async function systemd(): Promise<Opened> {
  const name = 'systemd parser';
  const bash = find('bash');
  if (bash === undefined || !existsSync(GENERATOR))
    return { name, skipped: 'the Debian package systemd is not installed' };
  const generate = (text: string): Promise<Reading> =>
    withFile('file.conf', text, async (path, folder) => {
      await mkdir(join(folder, 'environment.d'));
      await rename(path, join(folder, 'environment.d', 'file.conf'));
      const env = { XDG_CONFIG_HOME: folder, HOME: folder };
      const { output, errors } = await run(GENERATOR, [], { env });
      if (/invalid UTF-8/.test(errors)) return { values: undefined, complaint: '' };
      return withFile('out', output.toString('latin1'), async (out) => {
        const ended = await run(bash, ['-c', 'set -a; . "$1"; env -0', 'bash', out]);
        return { values: parseEnvironment(ended.output), complaint: '' };
      });
    });
  const others = new Set((await generate('')).values?.keys());
  return {
    name,
    exports: 'unknown',
    async read(text) {
      // environment.d expands variables, EnvironmentFile= does not; a backtick means as much to the parser, and is not expanded.
      if (text.includes('$') && text.includes('`')) return undefined;
      const isHidden = text.includes('$');
      const { values } = await generate(isHidden ? text.replaceAll('$', '`') : text);
      if (values === undefined) return { values, complaint: '' };
      const own = [...values].filter(([key]) => !others.has(key));
      return {
        values: new Map(
          own.map(([key, value]) => [key, isHidden ? value.replaceAll('`', '$') : value]),
        ),
        complaint: '',
      };
    },
  };
}
