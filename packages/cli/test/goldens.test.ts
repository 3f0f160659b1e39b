// To record anew: KEYTURN_RECORD=1 npx vitest run --config ../../vitest.config.ts --root packages/cli goldens && npx oxfmt packages/cli/test/goldens
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { expect, it } from 'vitest';

import { play, record, recorded, titleOf, type Tape } from './goldens.ts';
import { ID, others, TOKEN } from './keyturn.ts';
import { fault } from './running.ts';

const WEB = 'github:acme/web';
const INFRA = 'gitlab:acme/infra';
const KEY = 'a-key-of-at-least-thirty-two-characters';
const PERMISSIONS = { permissions: ['read_organization', 'shop/read_branch'] };

function configure({ folder }: Tape, rotations: object, name = 'keyturn.config.json') {
  const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations };
  return writeFile(join(folder, name), JSON.stringify(config));
}

/** One rotation from first contact over everything that may come between to another name for it. */
async function configured(tape: Tape): Promise<void> {
  const { look, act, keep, folder } = tape;
  await configure(tape, { ci: { grace: '1h', sinks: [WEB, INFRA] } });
  const { id } = tape.token('ci-github');
  await look('nothing yet', [
    'status',
    'status --check',
    'history',
    'ledger sign',
    'ledger show',
    'adapters',
  ]);
  await look('nothing yet', [`doctor --security --token-id ${id}`, 'discover']);
  await look('nothing yet', ['discover github:acme gitlab:acme circleci:gh/acme']);
  await act('nothing yet', ['plan', 'rotate', 'abort ci', `forget ci --sink ${WEB} --yes`]);
  await act('nothing yet', ['adopt ci']);

  await look('adopted', ['status', 'history']);
  await act('adopted', ['audit --sarif audit.sarif --fail-on never']);
  const sarif = await readFile(join(folder, 'audit.sarif'), 'utf8');
  keep('adopted', 'audit.sarif', JSON.parse(sarif));
  await act('adopted', ['plan', 'rotate --force --dry-run', 'rotate']);
  await act('replaced', ['rotate --force']);

  const inUse = tape.secret('acme/web', ID) ?? '';
  await look('in grace', ['status --check', 'history', 'doctor', 'audit']);
  await act('in grace', [`token delete ${inUse} --yes`, 'rotate', 'rotate --grace 0']);
  await look('rotated', ['status', 'history ci --limit 1', 'ledger show']);
  await act('rotated', ['ledger copy --from .keyturn --to copied', 'ledger unlock ci --yes']);
  await act('rotated', ['adopt ci', 'abort ci', 'released ci', 'enable ci']);

  await others(tape, { op: 'write', sink: INFRA, name: TOKEN, value: 'by_hand_0123456789abcdef' });
  await act('drifted', ['doctor', 'plan', 'rotate']);
  await look('drifted', ['status --check', 'history']);
  await act('drifted', ['rotate --force --grace 0']);

  await fault(tape, { provider: 'gitlab', method: 'PUT', action: { status: 400, body: {} } });
  await act('a sink fails', ['rotate --force']);
  await look('a sink failed', ['status --check', 'history']);
  await act('a sink failed', ['plan', 'rotate', 'abort ci']);
  await controlOf(tape.sandbox).clearFaults();
  await act('given up', ['rotate --force --grace 0']);

  await configure(tape, { ci: { grace: '1h', sinks: [WEB] } });
  await act('a sink left', ['rotate --force --grace 0']);
  await look('a sink left', ['status']);
  await act('a sink left', [`forget ci --sink ${INFRA} --yes`, 'rotate']);

  await configure(tape, { main: { grace: '1h', sinks: [WEB] } });
  await look('renamed', ['status --check', 'doctor']);
  await act('renamed', ['adopt main --from ci']);
  await act('renamed', ['ledger sign'], { KEYTURN_LEDGER_KEY: KEY });
  await act('signed', ['history', 'ledger sign'], { KEYTURN_LEDGER_KEY: KEY });
  await act('signed by others', ['status', 'rotate'], { KEYTURN_LEDGER_KEY: `${KEY}!` });
}

/** Sinks that the command line names, and tokens by hand. */
async function unconfigured(tape: Tape): Promise<void> {
  const { look, act } = tape;
  const { id } = tape.token('ci-github');
  const named = `--sink ${WEB} --org acme`;
  await look('nothing yet', [`status ${named}`, 'status', `doctor ${named}`, 'history']);
  await look('nothing yet', ['discover', `discover ${WEB}`]);
  await act('nothing yet', [`rotate ${named}`, `plan ${named} --replaces ${id}`]);
  await act('nothing yet', ['rotate --sink github']);
  await act('in a job', ['rotate --sink github'], { GITHUB_REPOSITORY: 'acme/web' });
  await act('nothing yet', [`rotate ${named} --replaces ${id} --grace 0`]);
  await look('rotated', [`status ${named}`, 'history']);
  await act('rotated', [`plan ${named}`, `rotate ${named}`]);
  await act('leaked', [`rotate ${named} --break-glass --revoke-first`]);
  await look('replaced', [`status ${named}`, 'history', 'audit --rule KT007']);

  await look('by hand', ['token list', 'token list --permissions --sort name']);
  await act('by hand', [
    'token create --name first --ttl 30d',
    'token create --name second --sink env:.env --layout joined',
    'token create --name third --sink env:.env --layout joined',
    'token create --name fourth --sink gitlab:acme/nothing',
  ]);
  const first = tape.token('first').id;
  await act('by hand', [
    `token grant ${first} shop/read_branch read_organization`,
    `token show ${first}`,
    `token access ${first} --database shop`,
    `token ungrant ${first} read_branch --database shop`,
    `token grant ${first} nope`,
    `token delete ${first}`,
    `token delete ${first} --yes`,
    `token show ${first}`,
    `discover ${WEB} --write --yes`,
  ]);
}

/** What is refused before anything is done, and several rotations of which some fail. */
async function refused(tape: Tape): Promise<void> {
  const { look, lookTwice, act, folder } = tape;
  await lookTwice('no configuration', ['rotate', 'adopt ci']);
  await configure(tape, {
    web: { sinks: [WEB], token: PERMISSIONS, grace: '0' },
    gone: { sinks: ['github:acme/nothing'], token: PERMISSIONS },
    laptop: { sinks: ['env:.env'], token: PERMISSIONS },
  });
  await lookTwice('usage', ['nope', 'rotate --nope', 'rotate nope', 'history nope', 'token show']);
  await look('usage', ['plan nope', 'status nope', 'abort nope', 'adopt nope', 'forget web']);
  await look('usage', ['adopt web --from nope', 'abort', 'token', 'token list --sort x', 'init']);
  await look('usage', ['rotate --grace soon', 'rotate --revoke-first', 'status --metrics']);
  await look('usage', ['audit --rule nope', 'audit --fail-on nope', 'history --limit x']);
  await look('usage', ['rotate --sink nope:x', 'rotate --sink gitlab', 'discover nope:x']);
  await look('usage', ['token create', 'token create --name x --ttl soon', 'doctor --timeout x']);

  await writeFile(join(folder, 'broken.json'), '{"issuer":');
  await configure(tape, { web: { sinks: ['nope:x'], grace: 'soon', nope: 1 } }, 'wrong.json');
  await configure(tape, { web: { sinks: ['nope:x'] } }, 'unknown.json');
  for (const name of ['missing.json', 'broken.json', 'wrong.json', 'unknown.json'])
    await act('configuration', [`plan --config ${name}`]);
  for (const name of ['broken.json', 'wrong.json', 'unknown.json'])
    await look('configuration', [`config validate --config ${name}`]);
  await look('configuration', ['config validate']);
  await look('configuration', ['doctor --config wrong.json']);
  await look('configuration', ['status --config wrong.json', 'history --config wrong.json']);

  const denied = { [TOKEN]: 'pscale_tkn_wrongwrongwrongwrongwrongwrongwrongwrongwro' };
  await lookTwice('denied', ['plan web'], denied);
  await look('denied', ['adopt web', 'audit', 'doctor', 'token create --name x'], denied);
  await act('denied by a sink', ['plan web'], { GITHUB_TOKEN: 'ghp_wrong' });
  await look('denied by a sink', ['doctor', `discover ${WEB}`], { GITHUB_TOKEN: 'ghp_wrong' });
  await act('no credentials', ['plan web', `discover ${WEB}`], { GITHUB_TOKEN: undefined });
  await lookTwice('no credentials', ['token list'], { [TOKEN]: undefined });
  await act('unreachable', ['token list'], { PLANETSCALE_API_URL: 'http://127.0.0.1:9' });

  await act('several', ['plan', 'rotate --sink env', 'rotate']);
  await look('several', ['status --check', 'history', 'doctor']);
  await fault(tape, {
    provider: 'planetscale',
    method: 'POST',
    path: '/access',
    action: { status: 403, body: { code: 'forbidden', message: 'Forbidden' } },
  });
  await act('grants are refused', ['rotate web --force', 'status web', 'history web']);
}

const stories = { configured, unconfigured, refused };

it('gives programs what was recorded', { timeout: 180_000 }, async () => {
  // Side by side: most of the time a story waits for a program.
  const played = await Promise.all(
    Object.entries(stories).map(async ([name, story]) => [name, await play(story)] as const),
  );
  for (const [name, steps] of played) {
    if (process.env['KEYTURN_RECORD'] !== undefined) await record(name, steps);
    const golden = await recorded(name);
    expect(steps.map(titleOf)).toEqual(golden.map(titleOf));
    for (const [index, step] of steps.entries()) expect.soft(step).toStrictEqual(golden[index]);
  }
});

it('holds every command that prints a document', async () => {
  const manual = new URL('../../../docs/commands.md', import.meta.url);
  const sections = (await readFile(manual, 'utf8')).split(/^### keyturn /m).slice(1);
  const commands = sections
    .filter((section) => section.includes('| `--json` |'))
    .map((section) => section.slice(0, section.indexOf('\n')));
  const steps = await Promise.all(Object.keys(stories).map((name) => recorded(name)));
  const lines = steps.flat().map(({ line }) => line);
  const missing = commands.filter((name) => !lines.some((line) => line.startsWith(name)));
  // A fleet needs a database, and a sandbox serves until it is interrupted.
  expect(missing.filter((name) => !name.startsWith('fleet '))).toEqual(['sandbox']);
});
