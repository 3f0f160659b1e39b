import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Demo } from '@keyturn/sandbox';

import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { loadSandbox } from '../sandbox.ts';
import { runPlans } from './rotate.ts';
import { openPlans } from '@keyturn/host/session';

/** `keyturn demo`: runs a real rotation against the servers of the sandbox. */
export async function demoCommand(host: Host): Promise<ExitCode> {
  const { demo, startSandbox } = await loadSandbox(host);
  const { rotation, configuration, job, providers } = demo;
  const say = (text: string): void => host.stdout.write(`${text}\n`);
  const sandbox = await startSandbox();
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-demo-'));
  try {
    await writeFile(
      join(directory, 'keyturn.config.json'),
      JSON.stringify(configuration, undefined, 2),
    );
    const inside: Host = {
      ...host,
      directory,
      env: { ...host.env, KEYTURN_CONFIG: undefined, KEYTURN_STATE: undefined, ...sandbox.env },
    };
    const old = demo.tokenIn(sandbox);
    say(`Local servers stand in for ${providers}. A CI job before the rotation:`);
    say(`  ${await runJob(job, sandbox.control)}\n`);
    say(`$ keyturn rotate ${rotation} --replaces ${old ?? ''}`);
    const plans = await openPlans(
      [rotation],
      { sink: [], ...(old !== undefined && { replaces: old }) },
      inside,
    );
    const exit = await runPlans(plans, { sink: [] }, inside).finally(() => plans.session.close());
    say('\nThe same CI job after the rotation:');
    say(`  ${await runJob(job, sandbox.control)}`);
    return exit;
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lets the sandbox read and use the secrets as a job would. */
async function runJob(job: Demo['job'], control: string): Promise<string> {
  const answer = await fetch(`${control}/ci-job`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(job),
  });
  const { ok, tokenId } = (await answer.json()) as { ok: boolean; tokenId?: string };
  return ok ? `✔ the job in ${job.sink} works with ${tokenId}` : `✖ the job in ${job.sink} fails`;
}
