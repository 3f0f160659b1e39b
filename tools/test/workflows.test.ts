import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const root = new URL('../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yml'))
    .map(({ name }) => `${folder}${name}`);
const workflows = filesIn('.github/workflows/');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: object;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }>
  >;
}
const workflow = (path: string): Workflow => parse(text(path)) as Workflow;
const stepsOf = (path: string): readonly Step[] =>
  Object.values(workflow(path).jobs).flatMap(({ steps }) => steps);

describe('workflows', () => {
  it.each([...workflows, 'action.yml'])('%s uses actions by their commits alone', (path) => {
    const uses = text(path)
      .split('\n')
      .filter((line) => line.includes('uses:'));
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d/);
  });

  it.each(workflows)('%s may do no more than read, unless a job says why', (path) => {
    expect(Object.values(workflow(path).permissions)).not.toContain('write');
    for (const line of text(path)
      .split('\n')
      .filter((one) => /: write\b/.test(one)))
      expect(line).toMatch(/: write # \w+/);
  });

  it.each(workflows)('%s ends by itself, and leaves no credentials in its checkout', (path) => {
    for (const job of Object.values(workflow(path).jobs))
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    for (const step of stepsOf(path).filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  it.each(workflows)('%s runs no text of others', (path) => {
    expect(Object.keys(workflow(path).on)).not.toContain('pull_request_target');
    for (const { run = '' } of stepsOf(path)) expect(run).not.toContain('${{');
  });

  it('never run a text of others in the action', () => {
    const { runs } = parse(text('action.yml')) as { runs: { steps: readonly Step[] } };
    for (const { run = '' } of runs.steps) expect(run).not.toContain('${{');
  });

  it.each([
    ...filesIn('.github/'),
    ...filesIn('.github/ISSUE_TEMPLATE/'),
    'templates/rotate.yml',
    'orb/orb.yml',
  ])('%s is YAML', (path) => {
    const documents = parseAllDocuments(text(path), { merge: true });
    expect([documents].flat().flatMap(({ errors }) => errors)).toEqual([]);
  });
});

describe('the container image', () => {
  const instructions = text('Containerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(/\s+(.*)/s) as [string, string]);
  const of = (name: string): string[] =>
    instructions.filter(([one]) => one === name).map(([, value]) => value.trim());

  it('is from one image, and ends as a user who is not root', () => {
    expect(new Set(of('FROM').map((one) => one.split(' ')[0]))).toEqual(new Set(['${NODE_IMAGE}']));
    const last = instructions.findLastIndex(([name]) => ['USER', 'FROM'].includes(name));
    expect(instructions[last]?.slice(0, 2)).toEqual(['USER', '1000:1000']);
    expect(of('ENTRYPOINT')).toEqual(['["keyturn"]']);
  });

  it('has the command line and every adapter, in exact versions', () => {
    const [list = ''] = of('ARG').flatMap(
      (one) => /^KEYTURN_PACKAGES="(.*)"$/.exec(one)?.[1] ?? [],
    );
    const adapters = readdirSync(new URL('packages/', root)).filter((folder) =>
      /^(?:cli|issuer-|sink-|store-)/.test(folder),
    );
    const wanted = adapters.map((folder) => {
      const { name, version } = JSON.parse(text(`packages/${folder}/package.json`));
      return `${name}@${version}`;
    });
    expect(list.split(' ').toSorted()).toEqual(wanted.toSorted());
  });

  it('downloads nothing but packages, and holds no credential', () => {
    expect(of('ADD')).toEqual([]);
    for (const value of [...of('ENV'), ...of('ARG')])
      expect(value).not.toMatch(/TOKEN|SECRET|PASSWORD|_KEY/);
    for (const line of of('RUN')) expect(line).not.toMatch(/curl|wget|npx/);
  });
});
