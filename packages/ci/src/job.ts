import type { Environment } from './environment.ts';

/** What job engines set; most of them `CI`. */
const ENGINES = ['CI', 'GITLAB_CI', 'CIRCLECI', 'TF_BUILD', 'JENKINS_URL', 'TEAMCITY_VERSION'];

/** How much an annotation says that a person is needed. */
export type Level = 'notice' | 'warning' | 'error';

/** What the runner of a job can do for a program that runs in it. */
export interface Runner {
  /** As a configuration names it. */
  readonly kind: AnnotatingKind;
  readonly title: string;
  /** The line that hides a value in the log from then on. */
  readonly mask: (value: string) => string;
  /** The line that shows a text at the job. */
  readonly annotation: (level: Level, title: string, text: string) => string;
}

/** The runners that take annotations, by their kinds. */
export const annotating = ['github'] as const;
export type AnnotatingKind = (typeof annotating)[number];

/** The runner of this job, if it takes commands from what a program prints; Forgejo's and Gitea's call themselves GitHub's. */
export function runnerOf(env: Environment): Runner | undefined {
  if (env['GITHUB_ACTIONS'] !== 'true') return undefined;
  return {
    kind: 'github',
    title: 'GitHub',
    mask: (value) => `::add-mask::${escaped(value)}\n`,
    annotation: (level, title, text) =>
      `::${level} title=${property(title)}::${text.replaceAll('%', '%25')}\n`,
  };
}

/** The file that Markdown is appended to for the job's page; undefined if there is none. */
export function summaryFile(env: Environment): string | undefined {
  return env['GITHUB_STEP_SUMMARY'] || undefined;
}

/** Whether this is a job, so that what is printed stays in a log that others read. */
export function isJob(env: Environment): boolean {
  return ENGINES.some((name) => !/^(?:|0|false)$/i.test(env[name] ?? ''));
}

/** What says that jobs of others ran on this machine before, or will after. */
export function sharedRunner(env: Environment): string | undefined {
  if (env['RUNNER_ENVIRONMENT'] === 'self-hosted') return 'RUNNER_ENVIRONMENT is self-hosted';
  const isOwn = env['GITLAB_CI'] !== undefined && env['CI_DISPOSABLE_ENVIRONMENT'] === undefined;
  return isOwn ? 'CI_DISPOSABLE_ENVIRONMENT is not set' : undefined;
}

/** docs: GitHub Actions, workflow commands. */
function escaped(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property ends with a comma or a colon (actions/toolkit, command.ts). */
function property(text: string): string {
  return text.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
}
