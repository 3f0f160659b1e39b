import type { JobValues } from './provider.ts';
import type { Moment, ProviderRuntime } from './clocks.ts';

/** Uses what a job read against PlanetScale; what it read as its token's id, and whether that works. */
export type UseToken = (
  values: JobValues,
) => Promise<{ readonly ok: boolean; readonly tokenId: string | null }>;

/** One run of the canary job, as the templates have it: it fails where it reads another token than the one it was told. */
export interface Canary {
  readonly id: number;
  /** The repository's or project's own name. */
  readonly owner: string;
  /** What it was started with. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly createdAt: Moment;
  /** Undefined while it runs. */
  passed: boolean | undefined;
}

/** The canary jobs of one provider, the latest first. */
export interface Canaries {
  readonly runs: readonly Canary[];
  /** Starts a job that reads these values now; one whose place is gone reads nothing, and fails. */
  start(
    owner: string,
    inputs: Readonly<Record<string, string>>,
    wanted: string,
    values: JobValues | undefined,
  ): Canary;
}

export function createCanaries(use: UseToken, runtime: ProviderRuntime): Canaries {
  const runs: Canary[] = [];
  return {
    runs,
    start(owner, inputs, wanted, values) {
      const run: Canary = {
        id: 7_000_001 + runs.length,
        owner,
        inputs,
        createdAt: runtime.clocks.now(),
        passed: values === undefined ? false : undefined,
      };
      runs.unshift(run);
      if (values !== undefined)
        use(values).then(
          ({ ok, tokenId }) => (run.passed = ok && tokenId === wanted),
          () => (run.passed = false),
        );
      return run;
    },
  };
}
