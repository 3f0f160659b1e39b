import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  controlOf,
  startSandbox,
  type RecordedRequest,
  type Sandbox,
} from '../../packages/sandbox/src/index.ts';
import { median, run } from './measure.ts';
import type { Row } from './row.ts';

const LATENCY = 50;
const RUNS = 7;

/** The estimate in the JSON of `plan`. */
interface Plan {
  readonly requestsInRow: number;
  readonly requests: number;
  readonly milliseconds: number;
}

/**
 * One rotation of one GitHub repository, against its longest chain of dependent requests. The start is what passes until the
 * first request arrives: the process, its modules and the ledger's lock.
 */
export async function rotation(bin: string): Promise<Row[]> {
  const times: {
    readonly whole: number;
    readonly start: number;
    readonly bare: number;
    readonly chain: number;
  }[] = [];
  const plans: Plan[] = [];
  let requests: readonly RecordedRequest[] = [];
  for (let i = 0; i < RUNS; i++) {
    const sandbox = await startSandbox();
    try {
      const planned = await runOnce(bin, sandbox, '--dry-run');
      plans.push(JSON.parse(planned.stdout).rotations[0].estimate as Plan);
      const control = controlOf(sandbox);
      const already = (await control.requests()).length;
      const began = Date.now();
      const { milliseconds: whole } = await runOnce(bin, sandbox);
      requests = (await control.requests()).slice(already);
      const start = Date.parse(requests[0]?.at ?? '') - began;
      const chain = chainOf(requests, LATENCY);
      times.push({ whole, start, chain, bare: await bareClient(sandbox, chain) });
    } finally {
      await sandbox.close();
    }
  }
  // A machine that is busy elsewhere makes requests of one moment look as if they came one after the other.
  const chain = Math.min(...times.map((time) => time.chain));
  const start = median(times.map((time) => time.start));
  const measured = median(times.map((time) => time.whole));
  const ratio = median(times.map((time) => (time.whole - time.start) / time.bare));
  const count = (provider: string, method?: string): number =>
    requests.filter(
      (one) => one.provider === provider && (method === undefined || one.method === method),
    ).length;
  const writes = count('github', 'PUT');
  const reads = count('github') - writes;
  return [
    {
      what: `one rotation, one repository, ${LATENCY} ms latency`,
      measured: `${chain} requests in a row`,
      bar: '≤ 6',
      met: chain <= 6,
    },
    {
      what: 'the same, requests in all',
      measured: String(requests.length),
      bar: '≤ 11',
      met: requests.length <= 11,
    },
    {
      what: 'its time beyond the start, against a bare client with the same chain',
      measured: `${ratio.toFixed(2)} × (${measured.toFixed(0)} ms, of which ${start.toFixed(0)} ms are the start)`,
      bar: '≤ 1.2 ×',
      met: ratio <= 1.2,
    },
    {
      what: 'GitHub requests for two secrets',
      measured: `${reads} read, ${writes} written`,
      bar: '1 read, 2 written',
      met: reads === 1 && writes === 2,
    },
    estimated(plans, { chain, all: requests.length, took: measured - start }),
    { what: 'PlanetScale requests', measured: String(count('planetscale')), bar: 'shown' },
  ];
}

/** The estimate of the plan before, against what happened. */
function estimated(
  plans: readonly Plan[],
  { chain, all, took }: { readonly chain: number; readonly all: number; readonly took: number },
): Row {
  const inRow = Math.min(...plans.map(({ requestsInRow }) => requestsInRow));
  const requests = median(plans.map((plan) => plan.requests));
  const milliseconds = median(plans.map((plan) => plan.milliseconds));
  const ratio = took / milliseconds;
  return {
    what: 'the estimate of `plan`, and what happened',
    measured: `${inRow} requests in a row, ${requests} in all; its time ${ratio.toFixed(2)} × (${milliseconds.toFixed(0)} ms, took ${took.toFixed(0)} ms)`,
    bar: 'as many, ≤ 1.3 ×',
    met: inRow === chain && requests === all && ratio <= 1.3,
  };
}

/** As many requests one after the other, over one connection. */
async function bareClient({ urls }: Sandbox, requests: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  for (let i = 0; i < requests; i++)
    await new Promise<void>((resolve, reject) => {
      get(`${urls.github}/repos/acme/web`, { agent }, (response) => {
        response.resume().once('end', resolve);
      }).once('error', reject);
    });
  agent.destroy();
  return performance.now() - began;
}

async function runOnce(
  bin: string,
  sandbox: Sandbox,
  ...more: readonly string[]
): Promise<{ readonly milliseconds: number; readonly stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  try {
    await controlOf(sandbox).latency(LATENCY);
    const old =
      sandbox.state().planetscale?.orgs?.['acme']?.tokens?.find(({ name }) => name === 'ci-github')
        ?.id ?? '';
    const args = [
      bin,
      'rotate',
      '--sink',
      'github:acme/web',
      '--org',
      'acme',
      '--replaces',
      old,
      '--grace',
      '0',
      '--json',
      ...more,
    ];
    return await run(process.execPath, args, { ...process.env, ...sandbox.env }, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The most requests of which each began after the one before was answered. */
export function chainOf(requests: readonly { readonly at: string }[], latency: number): number {
  let chain = 0;
  let free = -Infinity;
  for (const start of requests.map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b)) {
    if (start < free) continue;
    chain++;
    free = start + latency;
  }
  return chain;
}
