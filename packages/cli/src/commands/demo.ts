import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { loadSandbox } from '../sandbox.ts';
import { runPlans } from './rotate.ts';
import { openPlans } from '@keyturn/host/session';

const ROTATION = 'ci-github';
const JOB = 'github:acme/web';

const CONFIGURATION = {
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { [ROTATION]: { grace: '0', sinks: [JOB, 'env:.env.ci'] } },
};

/** `keyturn demo`: one real rotation over real sockets, against the sandbox's servers. */
export async function demoCommand(host: Host): Promise<ExitCode> {
  const { startSandbox } = await loadSandbox(host);
  const say = (text: string): void => host.stdout.write(`${text}\n`);
  const sandbox = await startSandbox();
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-demo-'));
  try {
    await writeFile(
      join(directory, 'keyturn.config.json'),
      JSON.stringify(CONFIGURATION, undefined, 2),
    );
    const inside: Host = {
      ...host,
      directory,
      env: { ...host.env, KEYTURN_CONFIG: undefined, KEYTURN_STATE: undefined, ...sandbox.env },
    };
    const old = sandbox
      .state()
      .planetscale?.orgs?.['acme']?.tokens?.find(({ name }) => name === ROTATION);
    say(`Local servers answer as PlanetScale and GitHub do. A CI job of today:`);
    say(`  ${await runJob(sandbox.control)}\n`);
    say(`$ keyturn rotate ${ROTATION} --replaces ${old?.id ?? ''}`);
    const plans = await openPlans(
      [ROTATION],
      { sink: [], ...(old !== undefined && { replaces: old.id }) },
      inside,
    );
    const exit = await runPlans(plans, { sink: [] }, inside).finally(() => plans.session.close());
    say(`\nThe same CI job, started now:`);
    say(`  ${await runJob(sandbox.control)}`);
    return exit;
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lets the sandbox read the secrets as a job would, and use them. */
async function runJob(control: string): Promise<string> {
  const names = { id: 'PLANETSCALE_SERVICE_TOKEN_ID', token: 'PLANETSCALE_SERVICE_TOKEN' };
  const answer = await fetch(`${control}/ci-job`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sink: JOB, layout: 'pair', names }),
  });
  const { ok, tokenId } = (await answer.json()) as { ok: boolean; tokenId?: string };
  return ok ? `✔ the job in ${JOB} works with ${tokenId}` : `✖ the job in ${JOB} fails`;
}
