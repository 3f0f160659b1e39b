import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Host } from '../../packages/cli/src/host.ts';
import { runProgram } from '../../packages/cli/src/program/program.ts';
import { seededRandom, virtualClock } from '../../packages/core/src/testing/index.ts';
import { startSandbox } from '../../packages/sandbox/src/index.ts';
import { faults, type Fault } from './fault.ts';
import { openFront } from './front.ts';
import { leakedIn } from './rules.ts';
import { OLD } from './world.ts';

/** Requests in which secrets travel. */
const requests: readonly { readonly method: string; readonly path: RegExp }[] = [
  { method: 'POST', path: /service-tokens$/ },
  { method: 'POST', path: /\/access$/ },
  { method: 'GET', path: /^\/v1\/organizations\?/ },
  { method: 'PUT', path: /\/secrets\// },
  { method: 'PUT', path: /\/variables\// },
  { method: 'POST', path: /\/envvar$/ },
  { method: 'DELETE', path: /service-tokens/ },
];

/**
 * Faults that the command line can be tried with: it has real deadlines, of half a minute and more, and the address of a server with an
 * expired certificate would be another. What the adapters make of those is in the matrix.
 */
const tried = faults.filter(
  ({ act }) =>
    act.type !== 'silence' &&
    act.type !== 'expired' &&
    !(act.type === 'body' && act.body === 'drip'),
);

/** Runs `keyturn rotate --debug` under every fault; returns what it showed that nobody may see. */
export async function shownByTheCommandLine(most = Infinity): Promise<string[]> {
  const wrong: string[] = [];
  for (const request of requests.slice(0, most))
    for (const fault of tried) {
      const problems = await shownUnder(fault, request);
      wrong.push(
        ...problems.map((what) => `${fault.name} to ${request.method} ${request.path}: ${what}`),
      );
    }
  return wrong;
}

async function shownUnder(
  fault: Fault,
  { method, path }: (typeof requests)[number],
): Promise<string[]> {
  const clock = virtualClock();
  const sandbox = await startSandbox({ clock: () => clock.now(), random: seededRandom(1) });
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-faults-'));
  let hits = 0;
  const choose = (asked: string, url: string) => {
    if (asked !== method || !path.test(url)) return undefined;
    hits++;
    return fault.act;
  };
  const fronts = await Promise.all(
    Object.entries(sandbox.urls).map(async ([name, url]) => ({
      url,
      front: await openFront(name, url, choose),
    })),
  );
  const env: Record<string, string> = { KEYTURN_STATE: join(folder, 'state') };
  for (const [name, value] of Object.entries(sandbox.env)) {
    const found = fronts.find(({ url }) => value.startsWith(url));
    env[name] = found === undefined ? value : value.replace(found.url, found.front.url);
  }
  const shown: string[] = [];
  const output = {
    write: (text: string) => void shown.push(text),
    terminal: false,
    colour: false,
    columns: 80,
  };
  const host: Host = {
    program: 'keyturn',
    env,
    directory: folder,
    programFolder: import.meta.dirname,
    warn: () => {},
    stdout: output,
    stderr: output,
    verbosity: 'normal',
    log: () => {},
    about: () => 'keyturn',
    clock,
    random: seededRandom(7),
    signal: new AbortController().signal,
    owner: 'matrix@here',
    ask: undefined,
  };
  const sinks = ['github:acme/web', 'gitlab:acme/infra', 'circleci:gh/acme/web'];
  try {
    const code = await runProgram(
      [
        'rotate',
        ...sinks.map((sink) => `--sink=${sink}`),
        `--replaces=${OLD}`,
        '--grace=0',
        '--json',
        '--debug',
      ],
      host,
    );
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const file of files)
      if (file.isFile()) shown.push(await readFile(join(file.parentPath, file.name), 'latin1'));
    const isTold = shown.some((text) => text.includes('  request '));
    return [
      ...leakedIn(shown, sandbox),
      ...(hits > 0 && isTold ? [] : ['nothing was tried']),
      ...(code === 1 || code === 2 ? [`exit ${code}: ${shown.at(-1)}`] : []),
    ];
  } finally {
    for (const { front } of fronts) front.close();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}
