// To record anew after a change that is meant: KEYTURN_RECORD=1 npx nx run @keyturn/cli:test goldens && npm run fix
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, it } from 'vitest';

import { expectGolden, play, type Tape } from './goldens.ts';
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
  await look('nothing yet', ['plan', 'status', 'status --check', 'history', 'ledger sign']);
  await look('nothing yet', ['adapters', 'doctor', `doctor --security --token-id ${id}`, 'audit']);
  await look('nothing yet', ['discover', 'discover github:acme gitlab:acme circleci:gh/acme']);
  await act('nothing yet', 'rotate');
  await act('nothing yet', 'abort ci');
  await act('nothing yet', `forget ci --sink ${WEB} --yes`);
  await act('nothing yet', 'adopt ci');

  await look('adopted', ['plan', 'status --check', 'history', 'plan --force']);
  await act('adopted', 'audit --sarif audit.sarif --fail-on never');
  const sarif = await readFile(join(folder, 'audit.sarif'), 'utf8');
  keep('adopted', 'audit.sarif', JSON.parse(sarif));
  await act('adopted', 'rotate --force --dry-run');
  await act('adopted', 'rotate');
  await act('adopted', 'rotate --force');

  await look('in grace', ['plan', 'status --check', 'history', 'doctor', 'audit']);
  const inUse = tape.secret('acme/web', ID) ?? '';
  await look('in grace', [`token delete ${inUse} --yes`]);
  await act('in grace', 'rotate');
  await act('in grace', 'rotate --grace 0');
  await look('rotated', ['plan', 'status --check', 'history ci --limit 1']);
  await act('rotated', 'adopt ci');
  await act('rotated', 'abort ci');

  await others(tape, { op: 'write', sink: INFRA, name: TOKEN, value: 'by_hand_0123456789abcdef' });
  await look('drifted', ['plan', 'doctor']);
  await act('drifted', 'rotate');
  await look('drifted', ['status --check', 'history']);
  await act('drifted', 'rotate --force --grace 0');

  await fault(tape, { provider: 'gitlab', method: 'PUT', action: { status: 400, body: {} } });
  await act('a sink fails', 'rotate --force');
  await look('a sink failed', ['plan', 'status --check', 'history', 'doctor']);
  await act('a sink failed', 'rotate');
  await act('a sink failed', 'abort ci');
  await fetch(`${tape.sandbox.control}/faults`, { method: 'DELETE' });
  await act('given up', 'rotate --force --grace 0');

  await configure(tape, { ci: { grace: '1h', sinks: [WEB] } });
  await act('a sink left', 'rotate --force --grace 0');
  await look('a sink left', ['plan', 'status --check', 'history']);
  await act('a sink left', `forget ci --sink ${INFRA} --yes`);
  await act('forgotten', 'rotate');

  await configure(tape, { main: { grace: '1h', sinks: [WEB] } });
  await look('renamed', ['status --check', 'doctor']);
  await act('renamed', 'adopt main --from ci');
  await act('renamed', 'ledger sign', { KEYTURN_LEDGER_KEY: KEY });
  await look('signed', ['history', 'ledger sign'], { KEYTURN_LEDGER_KEY: KEY });
  await look('signed by others', ['status', 'plan'], { KEYTURN_LEDGER_KEY: `${KEY}!` });
}

/** Sinks that the command line names, and tokens by hand. */
async function unconfigured(tape: Tape): Promise<void> {
  const { look, act } = tape;
  const { id } = tape.token('ci-github');
  const named = `--sink ${WEB} --org acme`;
  await look('nothing yet', [`plan ${named}`, 'plan --sink github', `status ${named}`, 'status']);
  await look('nothing yet', [`plan ${named} --replaces ${id}`, `doctor ${named}`, 'audit']);
  await look('nothing yet', ['history', 'discover', `discover ${WEB}`]);
  await act('nothing yet', `rotate ${named}`);
  await act('nothing yet', 'rotate --sink github', { GITHUB_REPOSITORY: 'acme/web' });
  await act('nothing yet', `rotate ${named} --replaces ${id} --grace 0`);
  await look('rotated', [`plan ${named}`, `status ${named}`, 'status', 'history', 'doctor']);
  await act('rotated', `rotate ${named}`);
  await act('leaked', `rotate ${named} --break-glass --revoke-first`);
  await look('replaced', ['status', 'history', 'audit --rule KT007 --ignore token-in-git']);

  await look('by hand', ['token list', 'token list --permissions --sort name']);
  await act('by hand', 'token create --name first --ttl 30d');
  await act('by hand', 'token create --name second --sink env:.env --layout joined');
  await act('by hand', 'token create --name third --sink env:.env --layout joined');
  await act('by hand', 'token create --name fourth --sink gitlab:acme/nothing');
  const first = tape.token('first').id;
  await act('by hand', `token grant ${first} read_branch read_organization --database shop`);
  await look('by hand', [`token show ${first}`, `token access ${first} --database shop`]);
  await act('by hand', `token ungrant ${first} shop/read_branch`);
  await act('by hand', `token delete ${first}`);
  await act('by hand', `token delete ${first} --yes`);
  await act('by hand', `token show ${first}`);
  await act('by hand', `discover ${WEB} --write --yes`);
}

/** What is refused before anything is done, and several rotations of which some fail. */
async function refused(tape: Tape): Promise<void> {
  const { look, lookTwice, act, folder } = tape;
  await lookTwice('no configuration', ['rotate', 'plan', 'adopt ci', 'forget ci --sink x --yes']);
  await configure(tape, {
    web: { sinks: [WEB], token: PERMISSIONS, grace: '0' },
    gone: { sinks: ['github:acme/nothing'], token: PERMISSIONS },
    laptop: { sinks: ['env:.env'], token: PERMISSIONS },
  });
  await lookTwice('usage', ['nope', 'rotate --nope', 'rotate nope', 'plan nope', 'status nope']);
  await lookTwice('usage', ['history nope', 'abort nope', 'adopt nope', 'adopt web --from nope']);
  await lookTwice('usage', ['abort', 'forget web', 'token', 'token show', 'token list --sort x']);
  await look('usage', ['rotate --grace soon', 'rotate --revoke-first', 'status --metrics']);
  await look('usage', ['audit --rule nope', 'audit --fail-on nope', 'history --limit x', 'init']);
  await look('usage', ['rotate --sink nope:x', 'rotate --sink gitlab', 'discover nope:x']);
  await look('usage', ['token create', 'token create --name x --ttl soon', 'doctor --timeout x']);

  await writeFile(join(folder, 'broken.json'), '{"issuer":');
  await configure(tape, { web: { sinks: ['nope:x'], grace: 'soon', nope: 1 } }, 'wrong.json');
  await configure(tape, { web: { sinks: ['nope:x'] } }, 'unknown.json');
  for (const name of ['missing.json', 'broken.json', 'wrong.json', 'unknown.json'])
    await look('configuration', [`plan --config ${name}`, `doctor --config ${name}`]);
  await look('configuration', ['status --config wrong.json', 'history --config wrong.json']);

  const denied = { [TOKEN]: 'pscale_tkn_wrongwrongwrongwrongwrongwrongwrongwrongwro' };
  await lookTwice('denied', ['plan web', 'token list'], denied);
  await look('denied', ['adopt web', 'audit', 'doctor', 'token create --name x'], denied);
  await lookTwice('denied by a sink', ['plan web'], { GITHUB_TOKEN: 'ghp_wrong' });
  await look('denied by a sink', ['doctor', `discover ${WEB}`], { GITHUB_TOKEN: 'ghp_wrong' });
  await lookTwice('no credentials', ['plan web', `discover ${WEB}`], { GITHUB_TOKEN: undefined });
  await lookTwice('no credentials', ['token list'], { [TOKEN]: undefined });
  await lookTwice('not found', ['plan gone']);
  await lookTwice('unreachable', ['token list'], { PLANETSCALE_API_URL: 'http://127.0.0.1:9' });

  await act('several', 'plan');
  await act('several', 'rotate --sink env');
  await act('several', 'rotate');
  await look('several', ['status --check', 'history', 'doctor', 'plan web laptop']);
  await fault(tape, {
    provider: 'planetscale',
    method: 'POST',
    path: '/access',
    action: { status: 403, body: { code: 'forbidden', message: 'Forbidden' } },
  });
  await act('grants are refused', 'rotate web --force');
  await look('grants are refused', ['status web', 'history web']);
}

describe('what programs read', () => {
  it.each(Object.entries({ configured, unconfigured, refused }))(
    'is as recorded: %s',
    { timeout: 180_000 },
    async (name, story) => {
      await expectGolden(name, await play(story));
    },
  );
});
