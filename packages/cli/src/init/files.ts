import { join, relative } from 'node:path';

import { additionText, extendText, isData, type Addition } from '../scaffold/edit-config.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Host } from '../host.ts';
import { configText } from '../scaffold/config.ts';
import * as circleci from '../scaffold/pipeline/circleci.ts';
import * as github from '../scaffold/pipeline/github.ts';
import * as gitlab from '../scaffold/pipeline/gitlab.ts';
import type { PipelineRequest, System } from '../scaffold/pipeline/pipeline.ts';
import { planFile, type PlannedFile } from '../files/planned.ts';

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

/**
 * The folder of the ledger, which has a branch of its own, and what is installed for the pipeline; but not the lock file of that.
 * Nothing where that is so already.
 */
export async function planIgnore(
  folder: string | undefined,
  { directory }: Host,
): Promise<Planned> {
  const { path, before = '' } = await planFile(join(directory, '.gitignore'), '');
  const there = new Set(
    before.split(/\r?\n/).map((line) => line.trim().replaceAll(/^\/|\/$/g, '')),
  );
  const added = there.has('.keyturn') ? [] : ['.keyturn/'];
  if (folder !== undefined) {
    const installed = `${folder}/node_modules`;
    if (!['node_modules', '**/node_modules', installed].some((line) => there.has(line)))
      added.push(`${installed}/`);
    const lock = `!/${folder}/package-lock.json`;
    const isHidden = there.has('package-lock.json') || there.has('**/package-lock.json');
    if (isHidden && !there.has(lock)) added.push(lock);
  }
  if (added.length === 0) return { files: [], byHand: [] };
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  const after = `${before}${separator}${added.map((line) => `${line}\n`).join('')}`;
  return { files: [await planFile(path, after)], byHand: [] };
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
