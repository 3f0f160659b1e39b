import type { LayoutName } from './layout.ts';
import type { Places } from './place.ts';
import { describePoint, type Point } from './point.ts';
import { orphans, plaintextFiles, type Reading, readSinks, strangersRevoked } from './verdict.ts';

/** What came of one kill. */
export interface Trial {
  readonly killed: boolean;
  /** Runs after the kill until nothing was left to do. */
  readonly runs: number;
  /** Sinks that a job found with a token that was revoked, at any look. */
  readonly outages: number;
  /** Sinks that a job found torn right after the kill; a pair is until the next run. */
  readonly torn: number;
  readonly orphans: number;
  readonly plaintext: number;
  /** Rules broken, in words. */
  readonly broken: readonly string[];
}

const MOST_RUNS = 5;

/** Kills one run and runs again until nothing is left to do, looking at the world after each. */
export async function trial(places: Places, point: Point, layout: LayoutName): Promise<Trial> {
  const place = await places.make(layout);
  const broken: string[] = [];
  const blame = (what: string): void =>
    void broken.push(`${what}, killed ${describePoint(point)} (${layout})`);
  try {
    const first = await place.run(point);
    const afterKill = await readSinks(place);
    let readings = afterKill;
    let outages = count(readings, 'revoked');
    let runs = 0;
    for (let done = false; !done;) {
      if (++runs > MOST_RUNS) {
        blame('rule 5: it does not converge');
        break;
      }
      const { code, stdout, stderr } = await place.run();
      readings = await readSinks(place);
      outages += count(readings, 'revoked');
      const outcome = outcomeOf(stdout);
      if (code !== 0 && code !== 3) blame(`exit ${code}: ${stderr.slice(-200)}`);
      done = outcome === 'rotated' || outcome === 'current' || code === 1 || code === 2;
    }
    if (outages > 0) blame('rule 1: a sink held a revoked token');
    if (count(readings, 'works') < readings.length)
      blame(`rule 5: sinks are left ${readings.join(', ')}`);
    const left = orphans(place);
    if (left !== 0) blame(`rule 2: ${left} tokens too many`);
    const files = await plaintextFiles(place);
    if (files.length > 0) blame(`rule 3: a secret in ${files.join(', ')}`);
    if (strangersRevoked(place) > 0) blame("rule 7: a stranger's token was revoked");
    const torn = count(afterKill, 'torn');
    if (layout !== 'pair' && torn > 0) blame('an atomic layout was torn');
    const { killed } = first;
    return { killed, runs, outages, torn, orphans: left, plaintext: files.length, broken };
  } finally {
    await place.close();
  }
}

function count(readings: readonly Reading[], wanted: Reading): number {
  return readings.filter((reading) => reading === wanted).length;
}

function outcomeOf(stdout: string): string | undefined {
  try {
    return (JSON.parse(stdout) as { rotations: { outcome: string }[] }).rotations[0]?.outcome;
  } catch {
    return undefined;
  }
}
