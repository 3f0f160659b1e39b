import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { controlOf, startSandbox, type Sandbox } from '@keyturn/sandbox';

/** The folder of a fleet whose rotations are all due, and the providers that it works on. */
export interface World {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly rotations: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Everything that is not as it must be when all is done; empty if each rotation completed exactly once. */
  problems(completed: ReadonlyMap<string, number>): readonly string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly rotations: number;
  readonly state: string;
  /** Milliseconds of each request. */
  readonly latency?: number;
  /** How long a lost request may still land. */
  readonly settle?: string;
}

/** One repository for each rotation: `r7` delivers to `github:acme/r7`. */
export async function makeWorld({
  rotations: count,
  state,
  latency = 0,
  settle = '10s',
}: WorldOptions): Promise<World> {
  const rotations = Array.from({ length: count }, (_, index) => `r${index}`);
  const repositories = rotations.map((name) => [`acme/${name}`, { actions: {} }] as const);
  const { github = {} } = (await seeded()).world;
  const sandbox = await startSandbox({
    world: { github: { ...github, ...Object.fromEntries(repositories) } },
  });
  if (latency > 0) await controlOf(sandbox).latency(latency, latency / 4);
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-fleet-'));
  await chmod(folder, 0o700);
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: Object.fromEntries(
      rotations.map((name) => [
        name,
        {
          grace: '0',
          settle,
          drift: 'off',
          token: { permissions: ['read_organization'] },
          sinks: [`github:acme/${name}`],
        },
      ]),
    ),
  };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  return {
    sandbox,
    folder,
    rotations,
    env: { ...sandbox.env, KEYTURN_STATE: state },
    problems: (completed) => problemsIn(sandbox, rotations, completed),
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function seeded() {
  const { seedWorld } = await import('@keyturn/sandbox');
  return { world: seedWorld(Date.now()) };
}

function problemsIn(
  sandbox: Sandbox,
  rotations: readonly string[],
  completed: ReadonlyMap<string, number>,
): string[] {
  const { planetscale, github = {} } = sandbox.state();
  const alive = new Map<string, string[]>();
  for (const { id, name, revokedAt } of planetscale?.orgs?.['acme']?.tokens ?? []) {
    const rotation = /^keyturn-(r\d+)-/.exec(name ?? '')?.[1];
    if (rotation === undefined || (revokedAt ?? null) !== null) continue;
    alive.set(rotation, [...(alive.get(rotation) ?? []), id ?? '']);
  }
  return rotations.flatMap((rotation) => {
    const tokens = alive.get(rotation) ?? [];
    const repository = github[`acme/${rotation}`] as
      | { readonly actions?: Readonly<Record<string, { readonly value?: string }>> }
      | undefined;
    const held = repository?.actions?.['PLANETSCALE_SERVICE_TOKEN_ID']?.value;
    const times = completed.get(rotation) ?? 0;
    return [
      ...(times === 1 ? [] : [`${rotation} completed ${times} times`]),
      ...(tokens.length === 1 ? [] : [`${rotation} has ${tokens.length} tokens`]),
      ...(held !== undefined && tokens.includes(held)
        ? []
        : [`${rotation}: its sink has no valid token`]),
    ];
  });
}

/**
 * How often each rotation's ledger says that a token was completed. One more token because a write of a killed worker might still have
 * landed does not count: its worker died in the settle time, with the plaintext that could have been written again.
 */
export function completedOf(
  rows: readonly Readonly<Record<string, unknown>>[],
): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  const reasons = new Map<string, string>();
  for (const { rotation, record } of rows) {
    const name = String(rotation);
    const { event } = JSON.parse(String(record)) as { event: { type: string; reason?: string } };
    const before = times.get(name) ?? 0;
    if (event.type === 'started') reasons.set(name, event.reason ?? '');
    else if (before === 0 || reasons.get(name) !== 'out-of-step') times.set(name, before + 1);
  }
  return times;
}

export const completedQuery = (schema: string): string =>
  `select rotation, record from "${schema}".records
    where record like '%"type":"completed"%' or record like '%"type":"started"%' order by rotation, seq`;
