import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf, startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { inFolder } from './ledgers.ts';
import { run } from './measure.ts';
import { chainOf } from './rotation.ts';
import type { Row } from './row.ts';

const ROTATIONS = 100;
const LATENCY = 50;
const JOBS = 8;
const BAR = 2;
/** The rotation of the token that keyturn acts with, in the middle of the others. */
const ROTATOR = 'rotator';

interface Document {
  readonly rotations: readonly { readonly name: string; readonly outcome: string }[];
}

/** Many rotations of one sink each at the same time, one of which ends the token that all act with, against the longest chain of one of them. */
export async function sideBySide(bin: string): Promise<Row[]> {
  const sandbox = await startSandbox();
  try {
    return await inFolder((folder) => measure(bin, folder, sandbox));
  } finally {
    await sandbox.close();
  }
}

async function measure(bin: string, folder: string, sandbox: Sandbox): Promise<Row[]> {
  const tokens = sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  const acting = tokens.find(({ name }) => name === 'admin');
  const others = Array.from({ length: ROTATIONS - 1 }, (_, nth) => `r${nth}`);
  const control = controlOf(sandbox);
  await control.seed({
    ...sandbox.state(),
    github: {
      ...sandbox.state().github,
      ...Object.fromEntries(others.map((name) => [`acme/${name}`, {}])),
    },
  });
  await configure(folder, others, acting?.id ?? '', acting?.accesses ?? []);
  // What was confirmed on this machine before would have to be read, too.
  const env = { ...process.env, XDG_STATE_HOME: folder, ...sandbox.env };
  const keyturn = (...args: string[]) => run(process.execPath, [bin, ...args], env, folder);
  await keyturn('rotate', ...others);
  await keyturn('adopt', ROTATOR);

  await control.latency(LATENCY);
  const before = await control.requests();
  await keyturn('rotate', others[0] ?? '', '--force');
  const chain = chainOf((await control.requests()).slice(before.length), LATENCY);
  const { milliseconds, stdout } = await keyturn(
    'rotate',
    '--force',
    '--json',
    '--jobs',
    `${JOBS}`,
  );
  const { rotations } = JSON.parse(stdout) as Document;
  const rotated = rotations.filter(({ outcome }) => outcome === 'rotated').length;
  const base = (chain * LATENCY * ROTATIONS) / JOBS;
  const ratio = milliseconds / base;
  return [
    {
      what: `${ROTATIONS} rotations, ${JOBS} at a time, ${LATENCY} ms latency, one ends the acting token`,
      measured: `${ratio.toFixed(2)} × ${chain} requests in a row × ${ROTATIONS} ÷ ${JOBS} (${milliseconds.toFixed(0)} ms), ${rotated} rotated`,
      bar: `≤ ${BAR} ×, all rotated`,
      met: ratio <= BAR && rotated === ROTATIONS,
    },
  ];
}

async function configure(
  folder: string,
  others: readonly string[],
  acting: string,
  accesses: readonly string[],
): Promise<void> {
  const rotations: [string, object][] = others.map((name) => [
    name,
    { grace: '0', sinks: [`github:acme/${name}`], token: { permissions: ['read_organization'] } },
  ]);
  const rotator = { grace: '0', sinks: ['env:.env'], token: { permissions: accesses } };
  rotations.splice(rotations.length / 2, 0, [ROTATOR, rotator]);
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: Object.fromEntries(rotations),
  };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  const credential = `PLANETSCALE_SERVICE_TOKEN_ID=${acting}\nPLANETSCALE_SERVICE_TOKEN=x\n`;
  await writeFile(join(folder, '.env'), credential, { mode: 0o600 });
}
