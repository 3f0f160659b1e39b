import type { Opened } from '../../../packages/sink-env/test/matrix/reader.ts';
import { withoutOwn } from '../../../packages/sink-env/test/matrix/reader.ts';
import { find, run, withFile } from '../../../packages/sink-env/test/matrix/run.ts';

const PRINT = `
import json, sys
from dotenv import dotenv_values
print(json.dumps({k: v for k, v in dotenv_values(sys.argv[1]).items() if v is not None}))
`;

/** Debian's python3-dotenv. */
export async function python(): Promise<Opened> {
  const name = 'python-dotenv';
  const python3 = find('python3');
  if (python3 === undefined) return { name, skipped: 'no python3 here' };
  const { code } = await run(python3, ['-c', 'from dotenv import dotenv_values']);
  if (code !== 0) return { name, skipped: 'the Debian package python3-dotenv is not installed' };
  return {
    name,
    read: (text) =>
      withFile('.env', text, async (path) => {
        const { code: status, output, errors } = await run(python3, ['-c', PRINT, path]);
        if (status !== 0) return { values: undefined, complaint: '' };
        const values = Object.entries(JSON.parse(output.toString()) as Record<string, string>);
        return { values: withoutOwn(values), complaint: errors };
      }),
  };
}
