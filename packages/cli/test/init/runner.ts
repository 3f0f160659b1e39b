import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { circleciPipeline, githubPipeline, gitlabPipeline } from './made-pipelines.ts';

const run = promisify(execFile);

interface Step {
  readonly name?: string;
  readonly run?: string;
}
interface CircleStep {
  readonly run?: { readonly name: string; readonly command: string };
}

const request = {
  keyturn: 'KEYTURN',
  install: 'INSTALL it',
  names: [],
  kinds: ['github', 'gitlab'],
};

/** The lines of each pipeline that a shell runs, with `rotated` in place of keyturn and `installed` of its installation. */
export const linesOf: Readonly<
  Record<string, (rotated: string, installed?: string) => readonly string[]>
> = {
  github: (rotated, installed = ':') => {
    const { jobs } = parse(githubPipeline(request)) as { jobs: { rotate: { steps: Step[] } } };
    return jobs.rotate.steps.flatMap(
      ({ run: line }) =>
        line?.replace('INSTALL it', installed).replace('KEYTURN rotate', rotated) ?? [],
    );
  },
  circleci: (rotated, installed = ':') => {
    const { jobs } = parse(circleciPipeline(request)) as {
      jobs: { keyturn: { steps: CircleStep[] } };
    };
    return jobs.keyturn.steps.flatMap(
      ({ run: line }) =>
        line?.command.replace('INSTALL it', installed).replace('KEYTURN rotate', rotated) ?? [],
    );
  },
  gitlab: (rotated, installed = ':') => {
    const { keyturn } = parse(gitlabPipeline(request)) as { keyturn: { script: string[] } };
    return keyturn.script.map((line) =>
      line
        // The server of these tests is a folder.
        .replace('https://*)', 'file://*)')
        .replace('INSTALL it', installed)
        .replace('KEYTURN rotate', `{ ${rotated}; }`),
    );
  },
};

/** A repository with a first commit of these files, and runners that check it out. */
export async function makeOrigin(files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-pipeline-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const url = `file://${folder}/origin.git`;
  const git = async (directory: string, ...args: readonly string[]): Promise<string> => {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@t'];
    return (await run('git', ['-C', join(folder, directory), ...who, ...args])).stdout;
  };
  await run('git', ['init', '--quiet', '--bare', '-b', 'main', join(folder, 'origin.git')]);
  await run('git', ['clone', '--quiet', join(folder, 'origin.git'), join(folder, 'first')]);
  for (const [path, text] of Object.entries({ '.gitignore': '.keyturn/\n', ...files }))
    await writeFile(join(folder, 'first', path), text);
  await git('first', 'add', '-A');
  await git('first', 'commit', '--quiet', '-m', 'first');
  await git('first', 'push', '--quiet', 'origin', 'HEAD:main');
  return {
    folder,
    url,
    git,
    /** A fresh checkout, as CI makes it, where the lines are run one after the other; what they print. */
    runner: async (
      name: string,
      lines: readonly string[],
      env: Readonly<Record<string, string | undefined>> = {},
    ): Promise<string> => {
      await run('git', ['clone', '--quiet', '--depth', '1', url, join(folder, name)]);
      let printed = '';
      for (const line of lines) {
        const { stdout } = await run('sh', ['-e', '-c', line, 'sh', name], {
          cwd: join(folder, name),
          env: { PATH: process.env['PATH'], HOME: folder, CI_PROJECT_PATH: 'origin', ...env },
        });
        printed += stdout;
      }
      return printed;
    },
    /** A file of the ledger's branch. */
    kept: (path: string): Promise<string> => git('origin.git', 'show', `keyturn-ledger:${path}`),
  };
}
