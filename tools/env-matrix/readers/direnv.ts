import {
  type Opened,
  parseEnvironment,
  withoutOwn,
} from '../../../packages/sink-env/test/matrix/reader.ts';
import { find, run, withFile } from '../../../packages/sink-env/test/matrix/run.ts';

/** direnv: the file as an `.envrc` that is allowed, and as what `dotenv` loads. */
export function direnv(): Opened[] {
  const names = ['direnv .envrc', 'direnv dotenv'] as const;
  const [program, bash] = [find('direnv'), find('bash')];
  if (program === undefined || bash === undefined)
    return names.map((name) => ({ name, skipped: 'the Debian package direnv is not installed' }));
  return [
    {
      name: names[0],
      exports: 'needed',
      read: (text) =>
        withFile('.envrc', text, async (path, folder) => {
          const options = { env: { HOME: `${folder}/home` }, cwd: folder };
          await run(program, ['allow', path], options);
          const { code, output, errors } = await run(
            program,
            ['exec', folder, 'env', '-0'],
            options,
          );
          const complaint = errors.replaceAll(/^.*direnv: (?:loading|export).*\n/gm, '');
          return code === 0
            ? { values: parseEnvironment(output), complaint: complaint.replaceAll(folder, '') }
            : { values: undefined, complaint: '' };
        }),
    },
    {
      name: names[1],
      read: (text) =>
        withFile('.env', text, async (path) => {
          const { code, output, errors } = await run(program, ['dotenv', 'json', path]);
          if (code !== 0) return { values: undefined, complaint: '' };
          const values = Object.entries(JSON.parse(output.toString()) as Record<string, string>);
          return { values: withoutOwn(values), complaint: errors };
        }),
    },
  ];
}
