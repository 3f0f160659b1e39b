import { lstat, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

import { sharedRunner } from '@keyturn/ci';
import { printable, type TokenDetails } from '@keyturn/core';
import type { RotationState } from '@keyturn/core/unstable';

import { git } from '../../audit/gather/git.ts';
import { systemsIn, type System } from '../../init/systems.ts';
import { LEDGER_KEY, LEDGERS } from '../../messages-of-checks.ts';
import { LEDGER_BRANCH } from '../../scaffold/pipeline/explain.ts';
import { pipelineFiles, pipelineText } from '../../workflows/read.ts';
import type {
  IssuerEvidence,
  LedgerSecurity,
  PipelineEvidence,
  SecurityEvidence,
} from '../evidence.ts';
import { LEDGERS_AT_ONCE } from './ledgers.ts';
import { weaknesses } from './pipeline-lines.ts';
import type { Probes } from './probe.ts';
import type { SinkChoice } from './place.ts';
import { checkoutOf, ledgerKey, kindOf, mapLimited, type Session } from '@keyturn/host/session';

/** The credentials that keyturn uses. */
type Acting = Pick<IssuerEvidence, 'report' | 'acting' | 'credentials'>;

/** How this setup is secured: the ledgers, the token that keyturn uses, the machine and the pipelines. */
export async function lookAtSecurity(
  rotations: readonly SinkChoice[],
  ledgers: ReadonlyMap<string, RotationState>,
  issuer: Acting | undefined,
  session: Session,
  probes: Probes,
): Promise<SecurityEvidence> {
  const { env, isUntrusted = false } = session.surroundings;
  const [ledger, writable, pipelines] = await Promise.all([
    lookAtLedgers(rotations, session, probes),
    writableByOthers([env['HOME'] ?? '', session.directory, session.location]),
    readPipelines(
      (await checkoutOf(session.directory)) ?? session.directory,
      await systemsIn(session),
    ),
  ]);
  const beyond = beyondNeed(rotations, ledgers, issuer);
  return {
    ledger,
    ...(beyond !== undefined && { beyond }),
    isAgeless: isAgeless(issuer?.acting?.value, session.surroundings.clock.now()),
    isPerson: issuer?.credentials?.value?.isPerson === true,
    writable,
    runner: sharedRunner(env),
    pipelines,
    isUntrusted,
  };
}

/** Without a key, anyone who can push or write ledgers can forge them. */
async function lookAtLedgers(
  rotations: readonly SinkChoice[],
  session: Session,
  { run, signal }: Probes,
): Promise<LedgerSecurity> {
  const { env } = session.surroundings;
  const key = await run(LEDGER_KEY, async () => ledgerKey(env));
  const hasKey = key.value !== undefined || key.error !== undefined;
  const read = await run(LEDGERS, async () => {
    const [plain, store] = await Promise.all([session.plainStore(), session.store()]);
    const unsigned = await mapLimited(
      await plain.rotations(),
      LEDGERS_AT_ONCE,
      async (rotation) => {
        const { records } = await plain.open(rotation);
        if (records.some(({ mac }) => mac === undefined)) return [rotation];
        // A signature might be from another key, or for another text.
        if (hasKey) await store.open(rotation);
        return [];
      },
    );
    return unsigned.flat();
  });
  const isShared =
    !isAbsolute(session.location) ||
    (await isInGit(session.location, { env, directory: session.directory, signal }));
  const branch = isShared ? await branchProtection(rotations, session, signal) : undefined;
  const isKnown = read.value !== undefined;
  return { hasKey, isKnown, unsigned: read.value ?? [], isShared, branch };
}

/** Asks the platform of the remote, if its adapter is among those of the sinks. */
async function branchProtection(
  rotations: readonly SinkChoice[],
  session: Session,
  signal: AbortSignal,
): Promise<LedgerSecurity['branch']> {
  const kinds = new Set(
    rotations.flatMap(({ sinks }) => sinks).map((text) => kindOf(text.replace(/^!/, ''))),
  );
  for (const kind of kinds) {
    const told = await session.protection(kind, LEDGER_BRANCH, { signal }).catch(() => undefined);
    if (told !== undefined) return told;
  }
  return undefined;
}

/** The folder has its own branch, or its files can be committed with all others. */
async function isInGit(
  location: string,
  place: Pick<Parameters<typeof git>[1], 'env' | 'directory' | 'signal'>,
): Promise<boolean> {
  if ((await lstat(join(location, '.git')).catch(() => undefined)) !== undefined) return true;
  const bounds = { ...place, milliseconds: 5_000, maxCharacters: 10_000 };
  // 1: the folder is in a checkout, and not ignored.
  return (await git(['check-ignore', '--quiet', location], bounds, () => {})) === 1;
}

/** Permissions of the token that keyturn uses beyond its own work and those of issued tokens. */
function beyondNeed(
  rotations: readonly SinkChoice[],
  ledgers: ReadonlyMap<string, RotationState>,
  issuer: Acting | undefined,
): readonly string[] | undefined {
  const held = issuer?.acting?.value?.permissions;
  const own = issuer?.report.value?.needed;
  if (held === undefined || own === undefined) return undefined;
  const handed = rotations.map(({ name, permissions = 'copy' }) =>
    permissions === 'copy' ? ledgers.get(name)?.permissions : permissions,
  );
  // If the permissions of issued tokens are unknown, none can be called unnecessary.
  if (handed.includes(undefined)) return undefined;
  const needed = new Set([...own, ...handed.flatMap((one) => one ?? [])]);
  return held.filter((one) => !needed.has(one)).map((one) => printable(one, 100));
}

const OLD = 90 * 86_400_000;

/** It is older than the default maximum age, and does not expire. */
function isAgeless(acting: TokenDetails | undefined, now: number): boolean {
  return (
    acting !== undefined &&
    acting.expiresAt === undefined &&
    now - Date.parse(acting.issuedAt) > OLD
  );
}

/** Folders that other users of this machine can change; sticky folders are excluded. */
async function writableByOthers(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of new Set(paths.filter((one) => one.startsWith('/')))) {
    const mode = (await stat(path).catch(() => undefined))?.mode ?? 0;
    if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) found.push(printable(path, 200));
  }
  return found;
}

/** The pipelines of this checkout that run keyturn, and their weaknesses. */
async function readPipelines(
  root: string,
  systems: readonly System[],
): Promise<readonly PipelineEvidence[]> {
  const found: PipelineEvidence[] = [];
  const base = await realpath(root).catch(() => root);
  for (const { ci } of systems)
    for (const file of await pipelineFiles(base, ci.pipelines)) {
      const read = await pipelineText(base, file);
      const text = typeof read === 'object' ? read.text : '';
      if (!/^(?!\s*#).*\bkeyturn\b/m.test(text) || !/^(?!\s*#).*\b(?:rotate|adopt)\b/m.test(text))
        continue;
      found.push({
        file: printable(file, 200),
        weaknesses: weaknesses(text, ci.hasWorkflows === true),
      });
    }
  return found;
}
