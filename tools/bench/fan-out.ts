import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { median, run, type Measured } from './measure.ts';
import { inWorld, rotate, type World } from './repositories.ts';
import { skippedRow, type Row } from './row.ts';

const REPOSITORIES = 1000;
const LATENCY = 20;
const RUNS = 3;
/** How many repositories keyturn writes at the same time. */
const AT_ONCE = 48;
/** A peer takes so long that only its first rounds are run: a shell starts a process for each secret, and Octokit's plugin lets one write go in a second. */
const ROUNDS = 5;

const bare = fileURLToPath(new URL('bare-client.ts', import.meta.url));
const octokit = fileURLToPath(new URL('octokit-client.ts', import.meta.url));
const sealer = new URL('../../packages/sink-github/src/seal.ts', import.meta.url).href;

/** Two secrets into many repositories, against clients that do the same and promise nothing. */
export async function fanOut(bin: string): Promise<Row[]> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  let requests = 0;
  for (let i = 0; i < RUNS; i++) {
    const { whole, made } = await inWorld(REPOSITORIES, LATENCY, (world) => rotate(bin, world));
    ours.push(whole.milliseconds);
    requests = made;
    const other = await inWorld(REPOSITORIES, LATENCY, ({ sandbox, names }) =>
      run(process.execPath, ['--disable-warning=ExperimentalWarning', bare], {
        ...process.env,
        BARE_URL: sandbox.urls.github,
        BARE_NAMES: names.join(','),
        BARE_AT_ONCE: `${AT_ONCE}`,
      }),
    );
    theirs.push(other.milliseconds);
  }
  const [own, other] = [median(ours), median(theirs)];
  const rows: Row[] = [
    {
      what: `${REPOSITORIES} repositories × 2 secrets, ${LATENCY} ms latency, against a bare client`,
      measured: `${(own / other).toFixed(2)} × (${own.toFixed(0)} ms against ${other.toFixed(0)} ms, ${requests} requests)`,
      bar: '≤ 1.6 ×',
      met: own / other <= 1.6,
    },
  ];
  for (const [what, bar, peer] of [
    ['the same in a shell loop of `gh secret set`', 80, ghLoop],
    ['the same in a shell loop of curl and a program that seals', undefined, curlLoop],
    ['the same by Octokit with its throttling and retry plugins', undefined, octokitLoop],
  ] as const)
    rows.push(await peerRow(what, own, bar, peer));
  return rows;
}

async function peerRow(
  what: string,
  own: number,
  bar: number | undefined,
  peer: (world: World) => Promise<Measured>,
): Promise<Row> {
  let milliseconds: number;
  try {
    ({ milliseconds } = await inWorld(ROUNDS, LATENCY, peer, true));
  } catch (error) {
    return skippedRow(what, String(error).slice(0, 80));
  }
  const whole = (milliseconds / ROUNDS) * REPOSITORIES;
  const ratio = whole / own;
  return {
    what,
    measured: `${ratio.toFixed(0)} × slower (${(whole / 1000).toFixed(0)} s, from ${ROUNDS} rounds)`,
    bar: bar === undefined ? 'shown' : `≥ ${bar} ×`,
    ...(bar !== undefined && { met: ratio >= bar }),
  };
}

/**
 * What a request costs of the processor, against another build of keyturn that makes the same rotation in turns.
 *
 * @param against the folder of a checkout that was built
 */
export async function processorTime(bin: string, against: string | undefined): Promise<Row[]> {
  const what = 'processor time per request of a fan-out, against another build';
  if (against === undefined) return [skippedRow(what, 'name one with --against FOLDER')];
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let i = 0; i < RUNS; i++)
    for (const [program, figures] of [
      [bin, ours],
      [join(against, 'packages/cli/bin/keyturn.js'), theirs],
    ] as const) {
      const { processor, made } = await inWorld(REPOSITORIES, 0, (world) => rotate(program, world));
      figures.push(processor / made);
    }
  const [own, other] = [median(ours), median(theirs)];
  const measured = `${(own / other).toFixed(2)} × (${own.toFixed(2)} ms against ${other.toFixed(2)} ms)`;
  return [{ what, measured, bar: '≤ 0.5 ×', met: own / other <= 0.5 }];
}

/** The most memory of a rotation with many sinks, against that with few. */
export async function memory(bin: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, flags, bar] of [
    ['memory of 5,000 sinks, beyond that of 50', [], 90],
    ['the same with a small young generation', ['--max-semi-space-size=2'], 60],
  ] as const) {
    const peaks: number[] = [];
    for (const repositories of [50, 5000]) {
      const { peak } = await inWorld(repositories, 0, (world) => rotate(bin, world, flags));
      peaks.push(peak);
    }
    const [few = 0, many = 0] = peaks;
    rows.push({
      what,
      measured: `${(many - few).toFixed(0)} MiB (${many.toFixed(0)} against ${few.toFixed(0)})`,
      bar: `≤ ${bar} MiB`,
      met: many - few <= bar,
    });
  }
  return rows;
}

/** A new process for each secret, as people script it. */
function ghLoop({ sandbox, names, folder }: World): Promise<Measured> {
  const { host } = new URL(sandbox.urls.github);
  const script = names.flatMap((name) => [
    `gh secret set PLANETSCALE_SERVICE_TOKEN_ID --body id --repo ${host}/${name}`,
    `gh secret set PLANETSCALE_SERVICE_TOKEN --body secret --repo ${host}/${name}`,
  ]);
  return run('sh', ['-ec', script.join('\n')], {
    PATH: process.env['PATH'],
    HOME: folder,
    GH_HOST: host,
    GH_ENTERPRISE_TOKEN: sandbox.env['GITHUB_TOKEN'],
    SSL_CERT_FILE: join(folder, 'ca.pem'),
  });
}

function curlLoop({ sandbox, names, folder }: World): Promise<Measured> {
  const seal = `import { readFileSync } from 'node:fs'; import { sealerFor } from '${sealer}'; const { key, key_id } = JSON.parse(readFileSync(0, 'utf8')); process.stdout.write(JSON.stringify({ key_id, encrypted_value: sealerFor(key)(process.argv[1]) }))`;
  const script = names.flatMap((name) => {
    const url = `${sandbox.urls.github}/repos/${name}/actions/secrets`;
    return ['PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'].map(
      (secret) =>
        `curl -sf -H "$AUTH" ${url}/public-key | "$NODE" --disable-warning=ExperimentalWarning --input-type=module -e "$SEAL" value | curl -sf -X PUT -H "$AUTH" -d @- ${url}/${secret}`,
    );
  });
  return run('sh', ['-ec', script.join('\n')], {
    PATH: process.env['PATH'],
    AUTH: `authorization: Bearer ${sandbox.env['GITHUB_TOKEN']}`,
    NODE: process.execPath,
    SEAL: seal,
    CURL_CA_BUNDLE: join(folder, 'ca.pem'),
  });
}

/** One process, which sends what its plugins let go. */
function octokitLoop({ sandbox, names, folder }: World): Promise<Measured> {
  return run(
    process.execPath,
    ['--conditions=@keyturn/source', '--disable-warning=ExperimentalWarning', octokit],
    {
      ...process.env,
      ...sandbox.env,
      OCTOKIT_URL: sandbox.urls.github,
      OCTOKIT_NAMES: names.join(','),
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
  );
}
