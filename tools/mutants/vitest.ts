import path from 'node:path';
import { Writable } from 'node:stream';
import { BaseSequencer, createVitest, type TestSpecification, type Vitest } from 'vitest/node';

/** What Vitest would say is said by the journal. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** The steps of a plan are numbered: they keep their order. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

export interface Options {
  /** The copy of the workspace, and the package whose tests run. */
  readonly folder: string;
  readonly name: string;
  readonly runner: 'cover-runner.ts' | 'warm-runner.ts';
  readonly workers: number;
  /** For the processes of the tests. */
  readonly env: Readonly<Record<string, string>>;
}

/** Vitest for one package, as the workspace configures it but for the runner. */
export function openVitest({ folder, name, runner, workers, env }: Options): Promise<Vitest> {
  return createVitest(
    {
      config: path.join(folder, 'vitest.config.ts'),
      root: path.join(folder, 'packages', name),
      watch: false,
      reporters: [{}],
      silent: true,
      runner: path.join(import.meta.dirname, runner),
      isolate: runner === 'cover-runner.ts',
      fileParallelism: workers > 1,
      maxWorkers: workers,
      sequence: { sequencer: InOrder },
      env,
    },
    { cacheDir: path.join(folder, '.cache'), logLevel: 'silent' },
    { stdout: nowhere(), stderr: nowhere() },
  );
}
