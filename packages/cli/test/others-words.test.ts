import { runnerOf } from '@keyturn/ci';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Fault, FaultAction } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { annotation, slackBody, webhookBody } from '../../host/src/notify/payload.ts';
import { safe } from '../src/output/safe.ts';
import { tell } from '../src/output/tell.ts';
import { fault } from './running.ts';
import { makePlace, type Ended, type Place } from './keyturn.ts';

/** Every command that a log can have, as somebody else would write it into a text. */
const WORDS = [
  '::error title=owned::x',
  '##[add-mask]e',
  '::stop-commands::owned',
  '\n::set-output name=a::b',
  '\r\n  ::add-mask::e',
  '\r##[group]owned',
  '##vso[task.setvariable variable=PATH]/tmp',
  "##teamcity[buildStatus status='SUCCESS']",
  '\nsection_start:1:owned[collapsed=true]\r\u001B[0K',
  '\u2028::warning::x',
  '#\u00AD#[error]x',
];
const ALL = WORDS.join(' ');

/** What GitHub's, Azure's, TeamCity's and GitLab's runners would do with a log; empty for one that only tells. */
function commandsIn(log: string): string[] {
  return log.split(/\r\n|\r|\n/).filter((line) => {
    const seen = line.replaceAll(/[\p{Cf}\p{M}\p{Cc}]/gu, '').trimStart();
    const isColons = seen.startsWith('::') && seen.includes('::', 2);
    return isColons || /##\p{L}*\[|section_(?:start|end):\d/iu.test(seen);
  });
}

const commandsOf = ({ stdout, stderr }: Ended): string[] => [
  ...commandsIn(stdout),
  ...commandsIn(stderr),
];

function expectNoCommand(ended: Ended): void {
  expect(commandsOf(ended)).toEqual([]);
}

const refuse = (place: Place, message: string): Promise<void> =>
  fault(place, { provider: 'github', action: { status: 403, body: { message } } });
const PLAN = ['plan', '--sink=github:acme/web', '--org=acme', '--replaces=cigithub4w8d'];
const IN_CI = { GITHUB_ACTIONS: 'true', CI: 'true' };

describe('words of somebody else are no command to the CI', () => {
  it('is what commands are told by here', () => {
    for (const words of WORDS) expect(commandsIn(words)).not.toEqual([]);
  });

  it.each(WORDS)('in what a platform refuses with: %j', async (words) => {
    const place = await makePlace();
    await refuse(place, words);
    for (const args of [[], ['--json'], ['--debug']]) {
      const ended = await place.keyturn([...PLAN, ...args], IN_CI);
      expect(ended.code).toBe(4);
      expect(ended.stdout + ended.stderr).toMatch(/status 403, ./);
      expectNoCommand(ended);
    }
  });

  it('in the names of tokens', async () => {
    const place = await makePlace();
    const data = WORDS.map((name, at) => ({ id: `token${at}`, name }));
    const body = { data, next_page: null };
    await fault(place, { provider: 'planetscale', action: { status: 200, body } });
    const list = ['token', 'list', '--org', 'acme'];
    const text = await place.keyturn(list, IN_CI);
    const json = await place.keyturn([...list, '--json'], IN_CI);
    for (const ended of [text, json]) {
      expect(ended.code).toBe(0);
      expect(ended.stdout).toContain('token10');
      expectNoCommand(ended);
    }
    expect(JSON.parse(json.stdout).tokens).toHaveLength(WORDS.length);
  });

  it.each(['status', 'history', 'plan', 'audit', 'doctor', 'adapters'])(
    'in the configuration, the arguments and the environment: %s',
    async (command) => {
      const place = await makePlace();
      const config = {
        issuer: { kind: 'planetscale', org: 'acme' },
        rotations: { ci: { sinks: [`env:${ALL}`, `github:acme/${ALL}`] } },
      };
      await writeFile(join(place.folder, '::error::x ##[error].json'), JSON.stringify(config));
      for (const args of [[], ['--json']])
        for (const words of [[], [ALL]])
          expect(
            commandsOf(
              await place.keyturn([command, ...words, ...args], {
                ...IN_CI,
                KEYTURN_CONFIG: '::error::x ##[error].json',
                NO_PROXY: ALL,
                HTTPS_PROXY: ALL,
                GITHUB_REPOSITORY: ALL,
              }),
            ),
          ).toEqual([]);
    },
  );

  it('wherever a line is broken', () => {
    const told = (made: (text: string) => string): string[] => {
      let log = '';
      const write = (text: string): void => void (log += made(text));
      const output = { write, terminal: true, colour: false, columns: 40 };
      for (let blanks = 0; blanks < 60; blanks++)
        tell(`${'x'.repeat(blanks)} ::error::owned ::add-mask::e`, output);
      return commandsIn(log);
    };
    expect(told((text) => text)).not.toEqual([]);
    expect(told((text) => safe(text, true))).toEqual([]);
  });
});

describe('a notification has words of somebody else as text alone', () => {
  const occurrence = {
    event: 'incomplete',
    rotation: 'ci',
    key: 'k',
    text: `${ALL} <!channel> <https://evil.example|here> @channel @everyone [x](https://evil.example) ![](http://evil.example)`,
    details: {},
  } as const;

  it('to GitHub, where the command that is meant stays one', () => {
    const runner = runnerOf({ GITHUB_ACTIONS: 'true' });
    if (runner === undefined) throw new Error('no runner');
    const text = annotation(occurrence, runner);
    expect(text).toMatch(/^::error title=keyturn incomplete::[^\r\n]+\n$/);
    expect(commandsIn(text.replace(/^::error title=keyturn incomplete::/, ''))).toEqual([]);
  });

  it('to Slack and Mattermost', () => {
    const body = JSON.parse(slackBody(occurrence)) as { text: string };
    expect(body).toMatchObject({ unfurl_links: false, unfurl_media: false });
    expect(body.text).not.toMatch(/[<>]|@\w|\]\(|https?:\/\//);
    expect(body.text).toContain('here');
  });

  it('to a webhook', () => {
    expect(commandsIn(JSON.parse(webhookBody(occurrence, 'planetscale:acme', 0)).text)).toEqual([]);
  });
});

describe('an echo of a secret', () => {
  const halves = (text: string): string => text.slice(text.length / 2);
  const echoes: Readonly<Record<string, (text: string) => string>> = {
    hexadecimal: (text) => Buffer.from(text).toString('hex'),
    base64: (text) => Buffer.from(`x:${text}`).toString('base64'),
    capitals: (text) => text.toUpperCase(),
    half: halves,
    'half, in lines': (text) => Array.from(halves(text)).join('\n'),
    'from its end': (text) => Array.from(text).toReversed().join(''),
    percent: (text) => Array.from(text, (one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
  };
  it.each(Object.entries(echoes))(
    'is in no output, whoever says it where: %s',
    async (_, echo) => {
      const place = await makePlace();
      const secret = place.sandbox.env['GITHUB_TOKEN'] ?? '';
      const told = echo(secret);
      const plan = async (...args: readonly string[]): Promise<string> => {
        const { stdout, stderr } = await place.keyturn([...PLAN, ...args]);
        return stdout + stderr;
      };
      const action = (more: FaultAction): Fault => ({ provider: 'github', action: more });
      const faults = [
        action({ status: 403, body: { message: told } }),
        action({
          status: 403,
          body: '{}',
          headers: { 'x-accepted-github-permissions': halves(told) },
        }),
        action({
          status: 302,
          body: '',
          headers: { location: `https://${halves(told).slice(0, 60)}.evil.example/` },
        }),
      ];
      const shown: string[] = [];
      for (const one of faults) {
        // A header has no line breaks.
        if (/\n/.test(told) && one !== faults[0]) continue;
        await fault(place, one);
        shown.push(await plan(), await plan('--json'), await plan('--debug'));
      }
      const name = told.replaceAll(/[^\w.-]/g, '').slice(0, 90);
      const body = [{ name, owner: { login: 'acme' }, topics: [] }];
      await fault(place, { path: '/orgs/acme/repos', action: { status: 200, body } });
      const list = await place.keyturn(['plan', '--sink=github:acme/*', '--org=acme', '--json']);
      shown.push(list.stdout + list.stderr);
      for (const text of shown) {
        const small = text.replaceAll(/\s/g, '').toLowerCase();
        const compared = told.replaceAll(/\s/g, '').toLowerCase();
        for (let at = 0; at + 16 <= compared.length; at++)
          expect(small).not.toContain(compared.slice(at, at + 16));
      }
      expect(shown.join('')).toContain('[secret]');
    },
    30_000,
  );
});

describe('certificates that are not checked', () => {
  const OPEN = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

  it('are said by every run, on stderr once and in the document', async () => {
    const place = await makePlace();
    for (const args of [
      ['token', 'list', '--org', 'acme'],
      ['status', '--quiet'],
      PLAN,
      ['plan', '--sink=x'],
    ]) {
      const plain = await place.keyturn(args, OPEN);
      const said = plain.stderr.match(/^keyturn: NODE_TLS_REJECT_UNAUTHORIZED is 0/gm);
      expect([args, said?.length]).toEqual([args, 1]);
      expect(
        plain.stderr.match(/NODE_TLS_REJECT_UNAUTHORIZED is 0|Setting the NODE/g),
      ).toHaveLength(1);
      const { stdout } = await place.keyturn([...args, '--json'], OPEN);
      expect(JSON.parse(stdout).warnings).toContainEqual(
        expect.stringContaining('no certificate is checked'),
      );
      const usual = await place.keyturn([...args, '--json']);
      expect(usual.stdout + usual.stderr).not.toContain('NODE_TLS');
    }
  });

  it('are a problem for the doctor', async () => {
    const place = await makePlace();
    const { code, stdout } = await place.keyturn(['doctor', '--org', 'acme', '--json'], OPEN);
    expect(code).toBe(6);
    expect(JSON.parse(stdout).diagnoses).toContainEqual(
      expect.objectContaining({ rule: 'unverified', severity: 'problem' }),
    );
  });

  it('are not all that Node may warn of: what it says of safety is shown, as text alone', async () => {
    const place = await makePlace();
    const module = join(place.folder, 'warn.cjs');
    const warn = `process.emitWarning('beware\\n::error::x', { type: 'SecurityWarning' });
process.emitWarning('later', 'ExperimentalWarning');`;
    // What is preloaded may warn before the program is there, and that is Node's to show.
    await writeFile(module, `setTimeout(() => { ${warn} }, 30);`);
    const ended = await place.keyturn(['token', 'list', '--org', 'acme'], {
      NODE_OPTIONS: `--require=${module}`,
    });
    expect(ended.stderr).toContain('SecurityWarning: beware');
    expect(ended.stderr).not.toContain('later');
    expectNoCommand(ended);
  });

  it('nor is an error that nobody waits for shown with what it holds', async () => {
    const place = await makePlace();
    const module = join(place.folder, 'late.cjs');
    await writeFile(
      module,
      `setTimeout(() => Promise.reject(new Error('::error::x pscale_tkn_z')), 150);`,
    );
    const ended = await place.keyturn(['sandbox'], {
      NODE_OPTIONS: `--require=${module}`,
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('unexpected Error');
    expect(ended.stderr).not.toContain('pscale_tkn_z');
  });
});

it('the page of a pipeline keeps what is written about it', async () => {
  const page = await readFile(new URL('../../../docs/canary.md', import.meta.url), 'utf8');
  // Whoever starts a pipeline can set variables: none may say where the credential goes.
  expect(page).not.toMatch(/"\$\{?\w*(?:URL|HOST)/);
});
