import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

import { fleets } from '../../packages/cli/src/program/specs/fleet.ts';

const folder = fileURLToPath(new URL('../../examples/fleet/', import.meta.url));
const units = [
  'keyturn-fleet-work.service',
  'keyturn-fleet-schedule.service',
  'keyturn-fleet-schedule.timer',
];
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
const execute = promisify(execFile);
const verifier = await execute('systemd-analyze', ['--version']).then(
  () => undefined,
  () => 'systemd-analyze is not installed',
);

/** Every command of the command line in a text exists, with its options. */
function problemsIn(words: readonly string[]): readonly string[] {
  const [name = ''] = words;
  const spec = fleets.find((one) => one.name === `fleet ${name}`);
  if (spec === undefined) return [`no command fleet ${name}`];
  const known = spec.options.map(({ flags }) => flags.split(' ', 1)[0]);
  return words.filter((word) => word.startsWith('--') && !known.includes(word));
}

describe('the examples of a fleet', () => {
  it('compose services run commands that exist, and stop as the worker wants it', async () => {
    const { services } = parse(await read('compose.yaml'), { merge: true }) as {
      readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    expect(Object.keys(services)).toEqual(['database', 'scheduler', 'worker']);
    const { worker = {}, scheduler = {}, database = {} } = services;
    const [group, ...words] = worker['command'] as readonly string[];
    expect([group, problemsIn(words)]).toEqual(['fleet', []]);
    const [, , script = ''] = scheduler['entrypoint'] as readonly string[];
    expect(problemsIn([/keyturn fleet (\w+)/.exec(script)?.[1] ?? ''])).toEqual([]);
    expect(worker['stop_grace_period']).toBe('10m');
    expect(worker['environment']).toMatchObject({
      KEYTURN_STATE: expect.stringMatching(/^postgres:/) as string,
    });
    expect(database['image']).toMatch(/postgres:\d+$/);
  });

  it.skipIf(verifier !== undefined)(
    `systemd accepts the units${verifier === undefined ? '' : ` (skipped: ${verifier})`}`,
    async () => {
      const place = await mkdtemp(join(tmpdir(), 'keyturn-units-'));
      onTestFinished(() => rm(place, { recursive: true }));
      for (const name of units) {
        const text = await read(name);
        const commands = [...text.matchAll(/^ExecStart=\S+ fleet (.+)$/gm)];
        expect(commands.flatMap(([, words = '']) => problemsIn(words.split(' ')))).toEqual([]);
        // It looks for the program and for the file.
        const local = text
          .replace('/opt/keyturn/node_modules/.bin/keyturn', '/bin/true')
          .replaceAll('/etc/keyturn', place);
        await writeFile(join(place, name), local);
      }
      const { stdout, stderr } = await execute('systemd-analyze', [
        'verify',
        '--man=no',
        ...units.map((name) => join(place, name)),
      ]);
      const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('keyturn'));
      expect(about).toEqual([]);
    },
  );
});
