import { seededRandom } from '../../packages/core/src/testing/index.ts';
import type { Credential } from './credentials/credential.ts';
import { canBeTorn, type LayoutName } from './layout.ts';
import { openPlaces, type Places, rotateArgs } from './place.ts';
import { plainWorld } from './world.ts';
import { readSinks, type Reading } from './verdict.ts';

const ROTATIONS = 3;

/** What jobs found while one rotation ran again and again. */
interface Found {
  readonly readings: readonly Reading[];
  /** Looks that found the old and the new credential valid. */
  readonly both: number;
  readonly problems: readonly string[];
}

/**
 * Runs rotations in layouts that are written at once, with a grace, while jobs of every CI read and use what they find, without a
 * pause. Returns whether none of them failed.
 */
export async function jobCampaign(
  rounds: number,
  seed: number,
  credentials: readonly Credential[],
  print: (text: string) => void,
): Promise<boolean> {
  const random = seededRandom(seed);
  const lots = credentials.flatMap((credential) =>
    credential.layouts
      .filter((layout) => !canBeTorn(credential, layout))
      .map((layout) => ({ credential, layout })),
  );
  const places = await openPlaces();
  let all = 0;
  let failed = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      // Each kind in turn, in one of its layouts.
      const credential = credentials[round % credentials.length];
      const some = lots.filter((lot) => lot.credential === credential);
      const lot = some[Math.floor(random() * some.length)];
      if (lot === undefined) continue;
      const { readings, both, problems } = await rotateBesideJobs(places, lot);
      const bad = readings.filter((reading) => reading !== 'works');
      all += readings.length;
      failed += bad.length + problems.length;
      const said = [`${readings.length} jobs, ${bad.length} failed`, ...new Set(bad), ...problems];
      print(
        `${lot.credential.kind}, ${lot.layout}: ${said.join(', ')}; both valid at ${both} looks\n`,
      );
    }
  } finally {
    await places.close();
  }
  print(`jobs ${all}, failures ${failed}, seed ${seed}\n`);
  return failed === 0;
}

async function rotateBesideJobs(
  places: Places,
  lot: { readonly credential: Credential; readonly layout: LayoutName },
): Promise<Found> {
  const world = {
    ...plainWorld(lot, { store: undefined, lost: false, credentials: [] }),
    graced: true,
  };
  const place = await places.make(world);
  try {
    const machine = await place.newMachine();
    const problems: string[] = [];
    const rotate = async (args: readonly string[]): Promise<void> => {
      const { code, stdout } = await place.run(machine, args);
      if (code !== 0) problems.push(`exit ${code}: ${stdout.slice(0, 300)}`);
    };
    // The env file holds nothing before the first one.
    await rotate(rotateArgs(place, place.old));
    const over = new AbortController();
    const rotations = (async () => {
      for (let nth = 0; nth < ROTATIONS; nth++)
        await rotate([...rotateArgs(place, undefined), '--force']);
      over.abort();
    })();
    const readings: Reading[] = [];
    let both = 0;
    while (!over.signal.aborted) {
      readings.push(...(await readSinks(place, machine, new Set())));
      if (lot.credential.tokens(place.sandbox).filter(({ works }) => works).length > 1) both++;
    }
    await rotations;
    if (both === 0) problems.push('the old one never worked beside the new one');
    return { readings, both, problems };
  } finally {
    await place.close();
  }
}
