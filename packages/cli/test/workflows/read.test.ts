import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import planetscale from '@keyturn/issuer-planetscale';
import circleci from '@keyturn/sink-circleci';
import github from '@keyturn/sink-github';
import gitlab from '@keyturn/sink-gitlab';
import { expect, it, onTestFinished } from 'vitest';

import { fixedInPipeline } from '../../src/messages.ts';
import { readPipelines, type Pipelines } from '../../src/workflows/read.ts';

const systems = [github, gitlab, circleci].flatMap(({ kind, ci }) =>
  ci === undefined ? [] : [{ kind, ci }],
);

async function checkout(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'keyturn-pipelines-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const read = (root: string): Promise<Pipelines> =>
  readPipelines(root, systems, planetscale.names, new Set(['KEYTURN_PLANETSCALE_TOKEN']));

const WORKFLOW = '.github/workflows/deploy.yml';
const step = (env: string): string => `jobs:
  deploy:
    steps:
      - run: pscale deploy-request deploy web 1
        env:
          PLANETSCALE_ORG: acme
${env.replaceAll(/^/gm, '          ')}
`;

const pair = (id: string, token: string) => ({ kind: 'pair', names: { id, token } });

it.each([
  [
    'secrets with names of the user',
    step(
      "PLANETSCALE_SERVICE_TOKEN_ID: ${{ secrets.PS_ID }}\nPLANETSCALE_SERVICE_TOKEN: ${{secrets['PS_KEY']}}",
    ),
    pair('PS_ID', 'PS_KEY'),
  ],
  [
    'the id at the top, the token in the step',
    `env: { PLANETSCALE_SERVICE_TOKEN_ID: '\${{ secrets.PS_ID }}' }\n${step('PLANETSCALE_SERVICE_TOKEN: ${{ secrets.PS_KEY }}')}`,
    pair('PS_ID', 'PS_KEY'),
  ],
  [
    'flags in a script, through variables of the step',
    step('A: ${{ secrets.PS_ID }}\nB: ${{ secrets.PS_KEY }}').replace(
      'web 1',
      'web 1 --service-token-id "$A" --service-token=${B}',
    ),
    pair('PS_ID', 'PS_KEY'),
  ],
  [
    'the clients for Node and Ruby',
    step('PLANETSCALE_TOKEN_NAME: ${{ secrets.N }}\nPLANETSCALE_TOKEN: ${{ secrets.T }}'),
    pair('N', 'T'),
  ],
  [
    'one secret with both',
    step('PLANETSCALE_API_TOKEN: ${{ secrets.BOTH }}'),
    { kind: 'joined', name: 'BOTH' },
  ],
])('a workflow reads %s', async (_, text, layout) => {
  const { uses, unread } = await read(await checkout({ [WORKFLOW]: text }));
  expect(unread).toEqual([]);
  expect(uses).toMatchObject([{ file: WORKFLOW, layout, fixed: [] }]);
});

it.each([
  [
    WORKFLOW,
    step(
      "PLANETSCALE_SERVICE_TOKEN_ID: 'abc123'\nPLANETSCALE_SERVICE_TOKEN: ${{ secrets.PS_KEY }}",
    ),
    pair('PS_KEY_ID', 'PS_KEY'),
    `${WORKFLOW}:7 sets PLANETSCALE_SERVICE_TOKEN_ID to a fixed value, which a rotation cannot change. Store the value as the secret PS_KEY_ID, then replace the line with: PLANETSCALE_SERVICE_TOKEN_ID: \${{ secrets.PS_KEY_ID }}`,
  ],
  [
    WORKFLOW,
    step(
      'PLANETSCALE_SERVICE_TOKEN_ID: ${{ vars.PS_ID }}\nPLANETSCALE_SERVICE_TOKEN: ${{ secrets.PLANETSCALE_SERVICE_TOKEN }}',
    ),
    pair('PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'),
    `${WORKFLOW}:7 sets PLANETSCALE_SERVICE_TOKEN_ID to a variable that is not a secret`,
  ],
  [
    '.gitlab-ci.yml',
    'deploy:\n  variables:\n    PLANETSCALE_SERVICE_TOKEN_ID: abc123\n  script:\n    - pscale ping\n',
    pair('PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'),
    'PLANETSCALE_SERVICE_TOKEN_ID, then delete the line',
  ],
  [
    '.circleci/config.yml',
    'jobs:\n  deploy:\n    environment: { PLANETSCALE_SERVICE_TOKEN_ID: abc123 }\n    steps:\n      - run: PLANETSCALE_SERVICE_TOKEN="$PS_KEY" pscale ping\n',
    pair('PS_KEY_ID', 'PS_KEY'),
    'replace the line with: export PLANETSCALE_SERVICE_TOKEN_ID="$PS_KEY_ID"',
  ],
])('%s: a fixed id gets the two steps that change it', async (file, text, layout, told) => {
  const { uses } = await read(await checkout({ [file]: text }));
  expect(uses[0]).toMatchObject({ layout });
  const [message = ''] = uses.flatMap(({ fixed }) => fixed).map((one) => fixedInPipeline(one));
  expect(message).toContain(told);
  expect(message).not.toContain('abc123');
});

it('GitLab: a job, its aliases, and a file that is included', async () => {
  const root = await checkout({
    '.gitlab-ci.yml': `include: [{ local: /ci/deploy.yml }, { remote: 'https://x.example/a.yml' }]
.env: &env
  PLANETSCALE_SERVICE_TOKEN_ID: $PS_ID
build:
  variables:
    <<: *env
    PLANETSCALE_SERVICE_TOKEN: $PS_KEY
  script: pscale ping
`,
    'ci/deploy.yml': 'deploy:\n  script:\n    - export PLANETSCALE_SERVICE_TOKEN=$OTHER\n',
  });
  const { uses } = await read(root);
  const first = (file: string) => uses.find((one) => one.file === file)?.layout;
  expect(first('.gitlab-ci.yml')).toEqual(pair('PS_ID', 'PS_KEY'));
  expect(first('ci/deploy.yml')).toEqual(pair('PLANETSCALE_SERVICE_TOKEN_ID', 'OTHER'));
});

it('what runs keyturn is left out, and what cannot be told proposes nothing', async () => {
  const root = await checkout({
    '.github/workflows/keyturn.yml': step(
      'KEYTURN_STATE: git\nPLANETSCALE_SERVICE_TOKEN_ID: ${{ secrets.A }}\nPLANETSCALE_SERVICE_TOKEN: ${{ secrets.B }}',
    ),
    '.github/workflows/other.yml': step(
      'PLANETSCALE_SERVICE_TOKEN_ID: ${{ secrets.A }}\nPLANETSCALE_SERVICE_TOKEN: ${{ secrets.KEYTURN_PLANETSCALE_TOKEN }}',
    ),
    '.github/workflows/half.yml': step('PLANETSCALE_SERVICE_TOKEN: ${{ secrets.B }}'),
    '.github/workflows/both.yml': step('PLANETSCALE_API_TOKEN: ${{ secrets.A }}:${{ secrets.B }}'),
  });
  expect(await read(root)).toEqual({ uses: [], unread: [] });
});

it('broken and hostile files are skipped with a reason', async () => {
  const aliases = Array.from({ length: 9 }, (_, at) =>
    at === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
      : `a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join(', ')}]`,
  );
  const root = await checkout({
    '.github/workflows/a-broken.yml': 'jobs: [',
    '.github/workflows/b-aliases.yml': aliases.join('\n'),
    '.github/workflows/c-circle.yml': 'a: &a\n  b: *a\n',
    '.github/workflows/d-long.yml': `# ${'x'.repeat(1024 * 1024)}`,
    '.gitlab-ci.yml': 'include: /../../../../../../../../etc/passwd.yml\n',
    '.github/workflows/f-empty.yml': '',
    '.github/workflows/g-deep.yml': '['.repeat(5000),
  });
  await symlink('/etc/hostname', join(root, '.github/workflows/h-link.yml'));
  const { uses, unread } = await read(root);
  expect(uses).toEqual([]);
  expect(unread.map(({ file, reason }) => [file.slice(18), reason])).toEqual([
    ['a-broken.yml', 'it is not valid YAML'],
    ['b-aliases.yml', 'it is too long'],
    ['c-circle.yml', 'it is too long'],
    ['d-long.yml', 'it is too long'],
    ['g-deep.yml', 'it is not valid YAML'],
    ['h-link.yml', 'it is outside of the checkout'],
  ]);
});

it.each([
  ['aliases', `a: &a x\nb: [${'*a,'.repeat(21_000)}]\n`],
  [
    'jobs',
    `jobs:\n${Array.from({ length: 5000 }, (_, at) => `  j${at}: { env: { A: x } }\n`).join('')}`,
  ],
  ['assignments', `jobs: { j: { run: "${'A=b '.repeat(50_000)}" } }`],
])('a file with very many %s is skipped, and soon', async (_, text) => {
  expect(await read(await checkout({ [WORKFLOW]: text }))).toEqual({
    uses: [],
    unread: [{ file: WORKFLOW, reason: 'it is too long' }],
  });
});
