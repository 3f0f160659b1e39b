import { type Reader, withoutOwn } from '../reader.ts';
import { run, withFile } from '../run.ts';

const PRINT = 'process.stdout.write(JSON.stringify(process.env))';

/** Node's own `--env-file`. */
export function nodeAt(name: string, node: string): Reader {
  return {
    name,
    read: (text) =>
      withFile('.env', text, async (path) => {
        const { code, output, errors } = await run(node, [`--env-file=${path}`, '-e', PRINT]);
        if (code !== 0) return { values: undefined, complaint: errors };
        const values = Object.entries(JSON.parse(output.toString()) as Record<string, string>);
        return { values: withoutOwn(values), complaint: '' };
      }),
  };
}
