import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from '../keyturn.ts';

const bins = fileURLToPath(new URL('../../bin', import.meta.url));
const CONFIGURATION = `
issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { sinks: ['github:acme/web', 'github:acme/api?environment=production&app=actions'] }
  ci-gitlab: { sinks: ['gitlab:acme/*', '!gitlab:acme/old'] }
`;

const has = (shell: string): boolean => {
  const found = spawnSync(shell, ['--version']).error === undefined;
  if (!found)
    process.stdout.write(
      `shells.test.ts skips ${shell}: it is not installed (apt-get install ${shell})\n`,
    );
  return found;
};

/** A folder with a configuration and both programs on the path; they show the words that they were called with. */
async function makeShell(): Promise<{ place: Place; env: NodeJS.ProcessEnv }> {
  const place = await makePlace();
  await mkdir(join(place.folder, 'bin'));
  for (const name of ['keyturn', 'rotate'])
    await writeFile(
      join(place.folder, 'bin', name),
      `#!/bin/sh
case $1 in __complete | completion) exec '${process.execPath}' '${bins}/${name}.js' "$@" ;; esac
printf '<%s>' "$@" && echo
`,
      { mode: 0o755 },
    );
  await writeFile(join(place.folder, 'keyturn.config.yaml'), CONFIGURATION);
  const path = `${join(place.folder, 'bin')}:${process.env['PATH']}`;
  return { place, env: { PATH: path, HOME: place.folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' } };
}

describe.skipIf(!has('bash'))('in bash', () => {
  /** Bash edits a line with its own keys even where it is read from a pipe. */
  async function type(loading: string, ...lines: string[]): Promise<string> {
    const { place, env } = await makeShell();
    const stdio = ['pipe', 'pipe', 'ignore'] as const;
    const bash = spawn('bash', ['--norc', '-i'], { cwd: place.folder, env, stdio: [...stdio] });
    bash.stdin?.end(`${loading}\n${lines.join('\n')}\n`);
    return text(bash.stdout as NodeJS.ReadableStream);
  }

  it('completes commands, options and choices', async () => {
    const shown = await type(
      'keyturn completion install bash; . ~/.bashrc',
      'keyturn tok\tsh\tabc',
      'keyturn rotate --dr\t',
      'keyturn comp\tfi\t',
    );
    expect(shown).toContain('<token><show><abc>');
    expect(shown).toContain('<rotate><--dry-run>');
    expect(shown).toContain('complete -c keyturn -f');
  });

  it('completes rotations and sinks of the configuration, for both programs', async () => {
    const shown = await type(
      'eval "$(keyturn completion bash)"',
      'rotate ci-gith\t',
      'rotate --sink github:acme/w\t',
      'keyturn rotate --sink github:acme/ap\t--json',
      'keyturn rotate --sink=gitlab:\t--json',
      'rotate --sink "github:acme/ap\t --json',
      'rotate --config keyt\t',
    );
    expect(shown).toContain('<ci-github>');
    expect(shown).toContain('<--sink><github:acme/web>');
    const target = 'github:acme/api?environment=production&app=actions';
    expect(shown).toContain(`<rotate><--sink><${target}><--json>`);
    expect(shown).toContain(`<--sink><${target}><--json>`);
    expect(shown).toContain('<--sink=gitlab:acme/*><--json>');
    expect(shown).toContain('<--config><keyturn.config.yaml>');
  });
});

describe.skipIf(!has('zsh'))('in zsh', () => {
  it('completes commands, rotations and sinks', async () => {
    const { place, env } = await makeShell();
    await writeFile(
      join(place.folder, 'drive.zsh'),
      `zmodload zsh/zpty
zpty -b shell zsh -f -i
seen() { local all= part; repeat 200; do zpty -r -t shell part && all+=$part || sleep 0.05; [[ $all == *$~1* ]] && break; done; print -r -- $all; }
zpty -w shell 'keyturn completion install zsh; . ~/.zshrc; print rea""dy'
seen '*ready*'
for keys in $'keyturn tok\\tsh\\tabc; ' $'rotate ci-gith\\t; ' $'rotate --sink github:acme/ap\\t; ' $'rotate --config keyt\\t; '; do
  zpty -w -n shell "$keys"$'print do""ne\\n'
  seen '*done*'
done
`,
    );
    const { stdout } = await promisify(execFile)('zsh', ['-f', 'drive.zsh'], {
      cwd: place.folder,
      env,
    });
    expect(stdout).toContain('<token><show><abc>');
    expect(stdout).toContain('<ci-github>');
    expect(stdout).toContain('<--sink><github:acme/api?environment=production&app=actions>');
    expect(stdout).toContain('<--config><keyturn.config.yaml>');
  }, 60_000);
});

describe.skipIf(!has('fish'))('in fish', () => {
  it('completes commands, options, rotations, sinks and files, with what they mean', async () => {
    const { place, env } = await makeShell();
    const asked = [
      'keyturn tok',
      'rotate --dr',
      'rotate ci-',
      'rotate --sink git',
      'rotate --config keyt',
    ];
    const script = asked.map((line) => `echo == ${line}; complete -C '${line}'`).join('\n');
    const { stdout } = await promisify(execFile)(
      'fish',
      ['-c', `keyturn completion install fish >/dev/null\n${script}`],
      { cwd: place.folder, env },
    );
    const answers = stdout.split(/^== /m).slice(1);
    expect(answers.map((answer) => answer.trimEnd().split('\n').slice(1))).toEqual([
      ["token\tmanage the issuer's tokens"],
      ['--dry-run\tcheck everything, change nothing'],
      ['ci-github', 'ci-gitlab'],
      expect.arrayContaining(['github:acme/web', 'gitlab:acme/*', 'gitlab']),
      ['keyturn.config.yaml'],
    ]);
  }, 60_000);
});

describe('a shell that asks', () => {
  it.each([
    ['a configuration that is broken', 'keyturn.config.yaml', 'issuer: ['],
    ['two configurations', 'keyturn.config.json', '{}'],
    [
      'hostile names',
      'keyturn.config.yaml',
      'issuer: {}\nrotations: { "a\\e[31m": { sinks: [] } }',
    ],
  ])('gets no answer and no message for %s', async (_, file, content) => {
    const { place } = await makeShell();
    await writeFile(join(place.folder, file), content);
    const { code, stdout, stderr } = await place.keyturn(['__complete', 'fish', 'rotate', '']);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });

  it('does not run a configuration that is a program', async () => {
    const place = await makePlace();
    await writeFile(
      join(place.folder, 'keyturn.config.mjs'),
      `import { writeFileSync } from 'node:fs'; writeFileSync('ran', ''); export default {}`,
    );
    expect((await place.keyturn(['__complete', 'fish', 'rotate', ''])).code).toBe(0);
    await expect(writeFile(join(place.folder, 'ran'), '', { flag: 'wx' })).resolves.toBeUndefined();
  });
});
