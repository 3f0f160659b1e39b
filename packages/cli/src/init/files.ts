import { join, relative } from 'node:path';

import { additionText, extendText, isData, type Addition } from '../config/edit.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Host } from '../host.ts';
import { configText } from '../scaffold/config.ts';
import * as circleci from '../scaffold/pipeline/circleci.ts';
import * as github from '../scaffold/pipeline/github.ts';
import * as gitlab from '../scaffold/pipeline/gitlab.ts';
import type { PipelineRequest, System } from '../scaffold/pipeline/pipeline.ts';
import { planFile, type PlannedFile } from '../setup/files.ts';

const PIPELINES: Readonly<
  Record<System, { readonly path: string; readonly text: (request: PipelineRequest) => string }>
> = {
  github: { path: github.path, text: github.githubPipeline },
  gitlab: { path: gitlab.path, text: gitlab.gitlabPipeline },
  circleci: { path: circleci.path, text: circleci.circleciPipeline },
};

/** Files to write, and what is left to a person. */
export interface Planned {
  readonly files: readonly PlannedFile[];
  readonly byHand: readonly string[];
}

const GITLAB_ROOT = '.gitlab-ci.yml';
const INCLUDE = 'include:\n  - local: .gitlab/keyturn.yml\n';

/** The configuration: a new one, or the one that is there with more in it. */
export async function planConfig(
  { config, defaults }: Pick<Discovery, 'config' | 'defaults'>,
  additions: readonly Addition[],
  wanted: { readonly org: string; readonly maxAge: string; readonly grace: string },
  { directory }: Host,
): Promise<Planned> {
  if (config === undefined) {
    const text = configText({ issuer: 'planetscale', ...wanted }, additions, defaults);
    return { files: [await planFile(join(directory, 'keyturn.config.yaml'), text)], byHand: [] };
  }
  if (additions.length === 0) return { files: [], byHand: [] };
  if (!isData(config.file)) {
    const lines = additionText(additions, defaults).trim().replaceAll(/\s+/g, ' ');
    return { files: [], byHand: [`Add to ${relative(directory, config.file)}: ${lines}`] };
  }
  const { path, before = '' } = await planFile(config.file, '');
  const after = extendText(config.file, before, additions, defaults);
  return { files: [{ path, before, after }], byHand: [] };
}

/** The folder of the ledger, which has a branch of its own. Nothing where it is ignored already. */
export async function planIgnore({ directory }: Host): Promise<Planned> {
  const { path, before = '' } = await planFile(join(directory, '.gitignore'), '');
  if (/^\/?\.keyturn\/?$/m.test(before)) return { files: [], byHand: [] };
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  return { files: [await planFile(path, `${before}${separator}.keyturn/\n`)], byHand: [] };
}

/** A pipeline's files, and what is left to a person, since a file of theirs is not rewritten. */
export async function planPipeline(
  system: System,
  request: PipelineRequest,
  { directory }: Host,
): Promise<Planned> {
  const { path, text } = PIPELINES[system];
  const own = await planFile(join(directory, path), text(request));
  if (system === 'circleci' && own.before !== undefined && own.before !== own.after) {
    const aside = await planFile(join(directory, '.circleci/keyturn.yml'), own.after);
    return {
      files: [aside],
      byHand: [
        'Merge the job and the workflow of .circleci/keyturn.yml into .circleci/config.yml: CircleCI reads that alone.',
      ],
    };
  }
  if (system !== 'gitlab') return { files: [own], byHand: [] };
  const root = await planFile(join(directory, GITLAB_ROOT), INCLUDE);
  if (root.before === undefined) return { files: [own, root], byHand: [] };
  const isIncluded = root.before.includes('.gitlab/keyturn.yml');
  return {
    files: [own],
    byHand: isIncluded
      ? []
      : [
          'Include .gitlab/keyturn.yml from .gitlab-ci.yml: "include: [{ local: .gitlab/keyturn.yml }]".',
        ],
  };
}
