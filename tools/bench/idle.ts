import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock } from '../../packages/core/src/index.ts';
import { chain, EMPTY, type RotationEvent } from '../../packages/core/src/ledger/index.ts';
import { startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { createFileStore } from '../../packages/store-file/src/file-store.ts';
import { inFolder } from './ledgers.ts';
import { compare, run } from './measure.ts';
import { ratioRow, type Row } from './row.ts';

const FEW = 10;
const MANY = 10_000;
const BATCH = 500;
const RUNS = 11;
const NAME = 'ci';
const CONFIG = JSON.stringify({
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { [NAME]: { grace: 0, sinks: ['github:acme/web'] } },
});

/** What a long history costs a program that looks at its end. */
export async function idle(bin: string): Promise<Row[]> {
  const sandbox = await startSandbox();
  try {
    const events = await inFolder((folder) => oneRotation(bin, folder, sandbox));
    return await inFolder((few) =>
      inFolder(async (many) => {
        await writeHistory(few, events, FEW);
        await writeHistory(many, events, MANY);
        const env = { ...process.env, ...sandbox.env };
        const [status = 0, statusOfFew = 0, rotate = 0, rotateOfFew = 0] = await compare(
          RUNS,
          ['status', 'rotate'].flatMap((command) =>
            [many, few].map((folder) => () => run(process.execPath, [bin, command], env, folder)),
          ),
        );
        const after = `after ${MANY.toLocaleString('en')} rotations against ${FEW}`;
        return [
          ratioRow(`keyturn status ${after}`, status, statusOfFew, 1.5),
          ratioRow(`keyturn rotate, nothing due, ${after}`, rotate, rotateOfFew, 1.5),
        ];
      }),
    );
  } finally {
    await sandbox.close();
  }
}

/** The events of a rotation as the program records them. */
async function oneRotation(
  bin: string,
  folder: string,
  sandbox: Sandbox,
): Promise<readonly RotationEvent[]> {
  await writeFile(join(folder, 'keyturn.config.json'), CONFIG);
  const env = { ...process.env, ...sandbox.env };
  const tokens = sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  const old = tokens.find(({ name }) => name === 'ci-github')?.id ?? '';
  await run(process.execPath, [bin, 'rotate', '--replaces', old], env, folder);
  const store = createFileStore({ folder: join(folder, '.keyturn'), clock: systemClock });
  const { records } = await store.open(NAME);
  return records.map(({ event }) => event);
}

/** A ledger with so many chapters of one rotation each, and its configuration. */
async function writeHistory(
  folder: string,
  events: readonly RotationEvent[],
  rotations: number,
): Promise<void> {
  await writeFile(join(folder, 'keyturn.config.json'), CONFIG);
  const store = createFileStore({ folder: join(folder, '.keyturn'), clock: systemClock });
  const at = new Date().toISOString();
  const lock = await store.lock(NAME, 'bench');
  let revision = EMPTY;
  for (let done = 0; done < rotations; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rotations - done) }, () => events).flat();
    revision = await lock.append(chain(revision, batch, at), revision);
  }
  await lock.release();
}
