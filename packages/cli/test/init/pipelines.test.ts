import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { workflowErrors } from './workflow-parser.ts';
import { circleciPipeline, githubPipeline, gitlabPipeline } from './made-pipelines.ts';

const KEYTURN = '.github/keyturn/node_modules/.bin/keyturn';
const request = {
  keyturn: KEYTURN,
  install: 'npm ci --ignore-scripts --prefix .github/keyturn',
  names: [],
  kinds: ['github', 'gitlab', 'circleci'],
};

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?:
    | string
    | { readonly name: string; readonly command: string; readonly when?: string };
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly on: { readonly schedule: readonly unknown[]; readonly workflow_dispatch: null };
  readonly permissions: unknown;
  readonly concurrency: unknown;
  readonly jobs: {
    readonly rotate: { readonly steps: readonly Step[]; readonly environment: string };
  };
}

const workflow = (text: string): Workflow => parse(text) as Workflow;

describe('the workflow of GitHub Actions', () => {
  it.each([
    ['from a lock file of its own', request],
    [
      'from that of a project with Yarn',
      {
        ...request,
        keyturn: 'node .yarn/releases/yarn-4.12.0.cjs keyturn',
        install: 'node .yarn/releases/yarn-4.12.0.cjs install --immutable --mode=skip-build',
        names: ['ci-github'],
      },
    ],
  ])('is one that the parser of GitHub accepts: %s', (_, wanted) => {
    expect(workflowErrors(githubPipeline(wanted))).toEqual([]);
  });

  it('is refused by that parser where it is wrong', () => {
    expect(workflowErrors(githubPipeline(request).replace('runs-on:', 'run-on:'))).not.toEqual([]);
  });

  it('may do one thing, does not overlap, and pins what it uses', () => {
    const text = githubPipeline(request);
    const { on, permissions, concurrency, jobs } = workflow(text);
    expect(permissions).toEqual({ contents: 'write' });
    expect(concurrency).toEqual({ group: 'keyturn', 'cancel-in-progress': false });
    expect(on.schedule).toHaveLength(1);
    const uses = jobs.rotate.steps.flatMap((step) => step.uses ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });

  it('gives secrets to the one step that rotates, under names of their own', () => {
    const { steps } = workflow(githubPipeline(request)).jobs.rotate;
    const withSecrets = steps.filter((step) => JSON.stringify(step).includes('secrets.'));
    expect(withSecrets).toHaveLength(1);
    expect(withSecrets[0]).toMatchObject({
      run: `${KEYTURN} rotate`,
      env: {
        KEYTURN_STATE: 'git:origin#keyturn-ledger',
        PLANETSCALE_SERVICE_TOKEN: '${{ secrets.KEYTURN_PLANETSCALE_TOKEN }}',
        KEYTURN_LEDGER_KEY: '${{ secrets.KEYTURN_LEDGER_KEY }}',
        GITHUB_TOKEN: '${{ secrets.KEYTURN_GITHUB_TOKEN }}',
        CIRCLECI_TOKEN: '${{ secrets.KEYTURN_CIRCLECI_TOKEN }}',
      },
    });
  });
});

describe('the job of GitLab CI', () => {
  it('runs for schedules alone, does not overlap, and sets what it acts with in its script', () => {
    const { keyturn } = parse(gitlabPipeline(request)) as { keyturn: Record<string, unknown> };
    expect(keyturn).toMatchObject({
      resource_group: 'keyturn',
      interruptible: false,
      rules: [{ if: expect.stringContaining('$CI_PIPELINE_SOURCE == "schedule"') }],
      image: expect.stringMatching(/^node:\d+\.\d+\.\d+-/),
    });
    const [script] = keyturn['script'] as string[];
    expect(script).toContain('export KEYTURN_STATE=git:origin#keyturn-ledger\n');
    expect(script).toContain('export PLANETSCALE_SERVICE_TOKEN="$KEYTURN_PLANETSCALE_TOKEN"');
    expect(JSON.stringify(keyturn['variables'])).not.toContain('TOKEN');
  });

  it('needs the token of GitLab for the ledger, whatever it rotates', () => {
    expect(gitlabPipeline({ ...request, kinds: ['github'] })).toContain('#   KEYTURN_GITLAB_TOKEN');
  });
});

describe('the configuration of CircleCI', () => {
  it('runs for schedules alone, does not overlap, and keeps the ledger on its branch', () => {
    const config = parse(circleciPipeline(request)) as {
      jobs: { keyturn: { steps: (string | Step)[] } };
      workflows: { keyturn: unknown };
    };
    expect(config.workflows.keyturn).toMatchObject({
      when: { equal: ['scheduled_pipeline', '<< pipeline.trigger_source >>'] },
      jobs: [
        { keyturn: { context: 'keyturn', 'serial-group': '<< pipeline.project.slug >>/keyturn' } },
      ],
    });
    expect(config.jobs.keyturn.steps).toHaveLength(2);
    expect(config.jobs.keyturn.steps.at(-1)).toMatchObject({
      run: { command: expect.stringContaining('export KEYTURN_STATE=git:origin#keyturn-ledger\n') },
    });
  });
});

it.each([githubPipeline, gitlabPipeline, circleciPipeline])(
  '%o says which secret signs the ledger, and how to make it',
  (pipeline) => {
    const head = /^(?:#.*\n)+/.exec(pipeline(request))?.[0].replaceAll(/\n#\s*/g, ' ');
    expect(head).toMatch(/KEYTURN_LEDGER_KEY signs the ledger.*openssl rand -base64 32/);
  },
);

it.each([githubPipeline, gitlabPipeline, circleciPipeline])(
  '%o fits into 80 columns, but for commands',
  (pipeline) => {
    const comments = pipeline(request)
      .split('\n')
      .filter((line) => line.trim().startsWith('#'));
    expect(comments.length).toBeGreaterThan(10);
    for (const line of comments) expect(line.length).toBeLessThanOrEqual(80);
  },
);
