import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { parse } from 'yaml';

import { environment } from './managers.ts';
import { run, tail, type Ended } from './run.ts';
import { Failed, type Place, type Shared } from './world.ts';

const root = dirname(dirname(import.meta.dirname));
const IN_USE = 'cigithub4w8d';
const ARGUMENTS = `ci-github --replaces ${IN_USE}`;
/** Variables that a runner has for the servers of a company; here for those of the sandbox. */
const KEPT = 'PLANETSCALE_API_URL GITHUB_API_URL';
const CONFIG = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { maxAge: 90d, grace: 1h, sinks: [github:acme/web] }
`;

/** A job as a CI starts it: a fresh checkout, and what that CI sets. */
interface Job {
  readonly checkout: string;
  readonly temporary: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly path: string;
}

type Wrapper = (job: Job) => Promise<Ended>;

export const wrappers: Readonly<Record<string, Wrapper>> = {
  'GitHub Action': asGithub,
  'GitLab component': asGitlab,
  'CircleCI orb': asCircle,
};

/** Runs a wrapper twice as its CI would: the second checkout finds the ledger of the first. */
export async function wrapped(
  shared: Shared,
  place: Place,
  node: string,
  wrapper: Wrapper,
): Promise<void> {
  const [first, second] = [
    await jobIn(shared, place, node, '1'),
    await jobIn(shared, place, node, '2'),
  ];
  const ended = await wrapper(first);
  if (ended.code !== 0) throw new Failed(`it ended with ${ended.code}\n${tail(ended, 30)}`);
  const id = place.sandbox.state().github?.['acme/web']?.actions?.['PLANETSCALE_SERVICE_TOKEN_ID'];
  if (id?.value === IN_USE) throw new Failed(`nothing was rotated\n${tail(ended, 30)}`);
  for (const secret of [first.env['KEYTURN_PLANETSCALE_TOKEN'], first.env['KEYTURN_GITHUB_TOKEN']])
    if (secret !== undefined && withoutMasks(ended).includes(secret))
      throw new Failed('a credential is in the log');
  const again = await wrapper(second);
  if (again.code !== 0) throw new Failed(`again: it ended with ${again.code}\n${tail(again, 30)}`);
  const now = place.sandbox.state().github?.['acme/web']?.actions?.['PLANETSCALE_SERVICE_TOKEN_ID'];
  if (now?.value !== id?.value) throw new Failed('the second job did not find the ledger');
}

function withoutMasks({ stdout, stderr }: Ended): string {
  return `${stdout}${stderr}`.replaceAll(/^::add-mask::.*$/gm, '');
}

/** The remote of all checkouts is a folder. */
async function jobIn(shared: Shared, place: Place, node: string, number: string): Promise<Job> {
  const origin = join(place.folder, 'shop.git');
  if (number === '1') {
    await place.run(['git', 'init', '--quiet', '--bare', '-b', 'main', origin]);
    await place.run(['git', 'clone', '--quiet', origin, 'author']);
    await writeFile(join(place.folder, 'author/keyturn.config.yaml'), CONFIG);
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@a'];
    await place.run(['git', '-C', 'author', 'add', '-A']);
    await place.run(['git', '-C', 'author', ...who, 'commit', '--quiet', '-m', 'first']);
    await place.run(['git', '-C', 'author', 'push', '--quiet', 'origin', 'HEAD:main']);
  }
  const checkout = join(place.folder, `checkout-${number}`);
  const temporary = join(place.folder, `temporary-${number}`);
  const home = join(place.folder, `home-${number}`);
  for (const folder of [temporary, home]) await mkdir(folder);
  await writeFile(join(home, '.npmrc'), `registry=${shared.registry}\n`);
  await place.run(['git', 'clone', '--quiet', '--depth', '1', `file://${origin}`, checkout]);
  const { env } = place.sandbox;
  const { PATH = '', LANG = '' } = environment([node, ...shared.programs], home, shared.registry);
  return {
    checkout,
    temporary,
    path: PATH,
    env: {
      PATH,
      LANG,
      HOME: home,
      CI: 'true',
      PLANETSCALE_API_URL: env.PLANETSCALE_API_URL,
      GITHUB_API_URL: env.GITHUB_API_URL,
      KEYTURN_PLANETSCALE_TOKEN_ID: env.PLANETSCALE_SERVICE_TOKEN_ID,
      KEYTURN_PLANETSCALE_TOKEN: env.PLANETSCALE_SERVICE_TOKEN,
      KEYTURN_GITHUB_TOKEN: env.GITHUB_TOKEN,
      KEYTURN_LEDGER_KEY: 'ledger-key-that-nobody-guesses-0123456789',
    },
  };
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly run?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

/** Runs the steps of the composite action with a shell, as the runner does; `uses` is the runner's own. */
async function asGithub({ checkout, temporary, env }: Job): Promise<Ended> {
  const { inputs, runs } = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Action;
  const given: Readonly<Record<string, string | undefined>> = {
    arguments: ARGUMENTS,
    'planetscale-service-token-id': env['KEYTURN_PLANETSCALE_TOKEN_ID'],
    'planetscale-service-token': env['KEYTURN_PLANETSCALE_TOKEN'],
    'github-token': env['KEYTURN_GITHUB_TOKEN'],
    'ledger-key': env['KEYTURN_LEDGER_KEY'],
  };
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary' };
  const set = Object.entries(files).map(([name, file]) => [name, join(temporary, file)] as const);
  const job = {
    PATH: env['PATH'],
    HOME: env['HOME'],
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: root,
    GITHUB_EVENT_NAME: 'schedule',
    GITHUB_REPOSITORY: 'acme/web',
    RUNNER_TEMP: temporary,
    PLANETSCALE_API_URL: env['PLANETSCALE_API_URL'],
    GITHUB_API_URL: env['GITHUB_API_URL'],
    ...Object.fromEntries(set),
  };
  let printed: Ended = { code: 0, stdout: '', stderr: '' };
  for (const { run: script, env: own = {} } of runs.steps) {
    if (script === undefined || printed.code !== 0) continue;
    const values = Object.entries(own).map(([name, text]) => [
      name,
      text
        .replaceAll(
          /\$\{\{ inputs\.([\w-]+) \}\}/g,
          (_, input: string) => given[input] ?? inputs[input]?.default ?? '',
        )
        .replaceAll('${{ runner.temp }}', temporary),
    ]);
    const shell = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
    const ended = await run('bash', shell, {
      cwd: checkout,
      env: { ...job, ...Object.fromEntries(values) },
    });
    printed = {
      code: ended.code,
      stdout: printed.stdout + ended.stdout,
      stderr: printed.stderr + ended.stderr,
    };
  }
  if (printed.code === 0) await checkReport(temporary, printed);
  return printed;
}

async function checkReport(temporary: string, { stdout }: Ended): Promise<void> {
  const summary = await readFile(join(temporary, 'summary'), 'utf8');
  if (!summary.includes('| ci-github |')) throw new Failed(`the summary is\n${summary}`);
  const output = await readFile(join(temporary, 'output'), 'utf8');
  if (!output.includes('exit-code=0\n')) throw new Failed(`the outputs are\n${output}`);
  if (!stdout.includes('::add-mask::')) throw new Failed('nothing was masked');
}

async function asGitlab({ checkout, env, path }: Job): Promise<Ended> {
  const text = await readFile(join(root, 'templates/rotate.yml'), 'utf8');
  const [head = '', body = ''] = text.split(/^---$/m);
  const { spec } = parse(head) as { spec: { inputs: Record<string, { default: string }> } };
  const given: Readonly<Record<string, string>> = { arguments: ARGUMENTS, keep: KEPT };
  // GitLab replaces inputs in the text before it reads the YAML.
  const filled = body.replaceAll(
    /\$\[\[ inputs\.([\w-]+) \]\]/g,
    (_, name: string) => given[name] ?? spec.inputs[name]?.default ?? '',
  );
  const { keyturn } = parse(filled) as { keyturn: { script: string[] } };
  const script = onThisMachine(keyturn.script.join('\n'), path)
    // The server of this test is a folder.
    .replace('https://*)', 'file://*)');
  const job = {
    ...env,
    GITLAB_CI: 'true',
    CI_PROJECT_PATH: 'shop',
    CI_PIPELINE_SOURCE: 'schedule',
    CI_SERVER_URL: 'https://gitlab.invalid',
    HTTPS_PROXY: 'http://127.0.0.1:9',
  };
  return run('bash', ['-eo', 'pipefail', '-c', script], { cwd: checkout, env: job });
}

async function asCircle({ checkout, env, path }: Job): Promise<Ended> {
  const orb = parse(await readFile(join(root, 'orb/orb.yml'), 'utf8'), { merge: true }) as {
    commands: {
      run: {
        parameters: Record<string, { default: string }>;
        steps: { run: { command: string } }[];
      };
    };
  };
  const { parameters, steps } = orb.commands.run;
  const given: Readonly<Record<string, string>> = { arguments: ARGUMENTS, keep: KEPT };
  const command = steps[0]?.run.command.replaceAll(
    /<< parameters\.(\w+) >>/g,
    (_, name: string) => given[name] ?? parameters[name]?.default ?? '',
  );
  const script = onThisMachine(command ?? '', path);
  const job = { ...env, CIRCLECI: 'true', HTTPS_PROXY: 'http://127.0.0.1:9' };
  return run('bash', ['-eo', 'pipefail', '-c', script], { cwd: checkout, env: job });
}

/** The programs are elsewhere than in an image. */
function onThisMachine(script: string, path: string): string {
  return script.replace(/^export PATH=.*$/m, `export PATH='${path}'`);
}
