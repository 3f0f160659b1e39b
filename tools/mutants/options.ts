import { parseArgs } from 'node:util';

export interface Options {
  /** Packages, or folders in them: `http`, `core/machine`. */
  readonly what: readonly string[];
  /** A file alone, by the end of its path. */
  readonly only: string | undefined;
  /** So many mutants, chosen by the seed. */
  readonly sample: number | undefined;
  readonly seed: number;
  /** Where to write what came of every mutant. */
  readonly json: string | undefined;
  /** Tests that keep the processor for more milliseconds are left out. */
  readonly longest: number;
  /** How many mutants are tried at the same time. */
  readonly workers: number;
}

export function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      json: { type: 'string' },
      longest: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
    },
  });
  return {
    what: positionals.length > 0 ? positionals : ['core/machine', 'core/ledger', 'core/runner'],
    only: values.only,
    sample: values.sample === undefined ? undefined : Number(values.sample),
    seed: Number(values.seed),
    json: values.json,
    longest: 1000 * Number(values.longest),
    workers: Number(values.workers),
  };
}
