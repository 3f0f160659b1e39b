/** How somebody keeps a token for CI, with invented names, and what `init` makes of it. */
export interface SetUp {
  readonly what: string;
  /** The place of the secrets; `#` is replaced by a name of its own. */
  readonly target: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** The names in the configuration; undefined for the usual ones, null if there is none. */
  readonly names?: Readonly<Record<string, string | readonly string[]>> | null;
  readonly layout?: string;
  /** What is said besides; for what cannot be rotated as it is: what to write. */
  readonly said?: readonly RegExp[];
}

const ID = 'PLANETSCALE_SERVICE_TOKEN_ID';
const TOKEN = 'PLANETSCALE_SERVICE_TOKEN';
const GITHUB = 'github:acme/#';
const WORKFLOW = '.github/workflows/deploy.yml';

const pair = (id: string, token: string) => ({ [id]: 'the-id', [token]: 'the-token' });

/** A workflow with one step, whose script and environment are given. */
const workflow = (run: string, env: Readonly<Record<string, string>>) => ({
  [WORKFLOW]: `on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ${run}
        env:
${Object.entries(env)
  .map(([name, value]) => `          ${name}: ${value}`)
  .join('\n')}
`,
});
const secret = (name: string) => `\${{ secrets.${name} }}`;

const usual: readonly SetUp[] = [
  { what: 'the usual names in a repository', target: GITHUB, secrets: pair(ID, TOKEN) },
  { what: 'in an environment', target: `${GITHUB}?environment=live`, secrets: pair(ID, TOKEN) },
  { what: 'for Dependabot', target: `${GITHUB}?app=dependabot`, secrets: pair(ID, TOKEN) },
  { what: 'in a project of GitLab', target: 'gitlab:acme/#', secrets: pair(ID, TOKEN) },
  {
    what: 'in an environment of GitLab',
    target: 'gitlab:acme/#?scope=live',
    secrets: pair(ID, TOKEN),
  },
  { what: 'in a project of CircleCI', target: 'circleci:gh/acme/#', secrets: pair(ID, TOKEN) },
];

const spellings: readonly SetUp[] = (
  [
    ['PLANETSCALE_SERVICE_TOKEN_NAME', TOKEN],
    ['PLANETSCALE_TOKEN_NAME', 'PLANETSCALE_TOKEN'],
    ['PLANETSCALE_TOKEN_ID', 'PLANETSCALE_TOKEN'],
    ['PSCALE_SERVICE_TOKEN_ID', 'PSCALE_SERVICE_TOKEN'],
    ['PSCALE_SERVICE_TOKEN_NAME', 'PSCALE_SERVICE_TOKEN'],
    ['PSCALE_TOKEN_NAME', 'PSCALE_TOKEN'],
    ['PSCALE_TOKEN_ID', 'PSCALE_TOKEN'],
    ['PLANET_TOKEN_NAME', 'PLANET_TOKEN'],
    ['PLANET_TOKEN_ID', 'PLANET_TOKEN'],
    ['TF_VAR_PLANETSCALE_SERVICE_TOKEN_ID', 'TF_VAR_PLANETSCALE_SERVICE_TOKEN'],
    ['TF_VAR_PLANETSCALE_SERVICE_TOKEN_NAME', 'TF_VAR_PLANETSCALE_SERVICE_TOKEN'],
  ] as const
).map(([id, token]) => ({
  what: `the names ${id} and ${token}`,
  target: GITHUB,
  secrets: pair(id, token),
  // The usual name of a field is left out.
  names: token === TOKEN ? { id } : { id, token },
}));

const shapes: readonly SetUp[] = [
  {
    what: 'id and token in one secret',
    target: GITHUB,
    secrets: { PLANETSCALE_CREDENTIAL: 'the-id:the-token' },
    layout: 'joined',
  },
  {
    what: 'an env file in one secret',
    target: GITHUB,
    secrets: { PLANETSCALE_ENV: 'A=b' },
    layout: 'file',
  },
  {
    what: 'two slots',
    target: GITHUB,
    secrets: { ...pair(`${ID}_A`, `${TOKEN}_A`), ...pair(`${ID}_B`, `${TOKEN}_B`) },
    layout: 'slots',
  },
];

const mapped: readonly SetUp[] = [
  {
    what: 'names of the user that the workflow passes on',
    target: GITHUB,
    secrets: pair('ORCHARD_LOGIN', 'ORCHARD_KEY'),
    files: workflow('pscale ping', {
      [ID]: secret('ORCHARD_LOGIN'),
      [TOKEN]: secret('ORCHARD_KEY'),
    }),
    names: { id: 'ORCHARD_LOGIN', token: 'ORCHARD_KEY' },
  },
  {
    what: 'names of the user in an environment that a job uses',
    target: `${GITHUB}?environment=live`,
    secrets: pair('HARBOR_ID', 'HARBOR_SECRET'),
    files: workflow('pscale ping', { [ID]: secret('HARBOR_ID'), [TOKEN]: secret('HARBOR_SECRET') }),
    names: { id: 'HARBOR_ID', token: 'HARBOR_SECRET' },
  },
  {
    what: 'flags of pscale in a script',
    target: GITHUB,
    secrets: pair('MEADOW_A', 'MEADOW_B'),
    files: workflow('pscale branch list shop --service-token-id "$A" --service-token "$B"', {
      A: secret('MEADOW_A'),
      B: secret('MEADOW_B'),
    }),
    names: { id: 'MEADOW_A', token: 'MEADOW_B' },
  },
  {
    what: 'names of the client for Node, from secrets of the user',
    target: GITHUB,
    secrets: pair('QUARRY_NAME', 'QUARRY_TOKEN'),
    files: workflow('node migrate.js', {
      PLANETSCALE_TOKEN_NAME: secret('QUARRY_NAME'),
      PLANETSCALE_TOKEN: secret('QUARRY_TOKEN'),
    }),
    names: { id: 'QUARRY_NAME', token: 'QUARRY_TOKEN' },
  },
  {
    what: 'two jobs that read the id under two names',
    target: GITHUB,
    secrets: { ...pair(ID, TOKEN), PLANETSCALE_SERVICE_TOKEN_NAME: 'the-id' },
    names: { id: [ID, 'PLANETSCALE_SERVICE_TOKEN_NAME'] },
  },
  {
    what: 'both in one secret, for an API token',
    target: GITHUB,
    secrets: { PLANETSCALE_API_TOKEN: 'the-id:the-token' },
    layout: 'joined',
    names: { joined: 'PLANETSCALE_API_TOKEN' },
  },
  {
    what: 'both in one secret of the user',
    target: GITHUB,
    secrets: { VALLEY_BOTH: 'the-id:the-token' },
    files: workflow('node mcp.js', { PLANETSCALE_API_TOKEN: secret('VALLEY_BOTH') }),
    layout: 'joined',
    names: { joined: 'VALLEY_BOTH' },
  },
  {
    what: 'names of the user in a pipeline of GitLab',
    target: 'gitlab:acme/#',
    secrets: pair('COAST_ID', 'COAST_TOKEN'),
    files: {
      '.gitlab-ci.yml': `deploy:\n  variables:\n    ${ID}: $COAST_ID\n    ${TOKEN}: $COAST_TOKEN\n  script: pscale ping\n`,
    },
    names: { id: 'COAST_ID', token: 'COAST_TOKEN' },
  },
  {
    what: 'names of the user in a pipeline of CircleCI',
    target: 'circleci:gh/acme/#',
    secrets: pair('RIDGE_ID', 'RIDGE_TOKEN'),
    files: {
      '.circleci/config.yml': `jobs:\n  deploy:\n    steps:\n      - run: ${ID}=$RIDGE_ID ${TOKEN}=$RIDGE_TOKEN pscale ping\n`,
    },
    names: { id: 'RIDGE_ID', token: 'RIDGE_TOKEN' },
  },
];

const fixed: readonly SetUp[] = [
  {
    what: 'an id that is written in the workflow',
    target: GITHUB,
    secrets: { [TOKEN]: 'the-token' },
    files: workflow('pscale ping', { [ID]: 'abc123def456', [TOKEN]: secret(TOKEN) }),
    names: null,
    said: [
      /deploy\.yml:8 sets PLANETSCALE_SERVICE_TOKEN_ID to a fixed value/,
      /Store the value as the secret PLANETSCALE_SERVICE_TOKEN_ID, then replace the line with: PLANETSCALE_SERVICE_TOKEN_ID: \$\{\{ secrets/,
    ],
  },
  {
    what: 'an id in a variable, which is no secret',
    target: GITHUB,
    secrets: { [TOKEN]: 'the-token' },
    files: workflow('pscale ping', { [ID]: '${{ vars.PS_ID }}', [TOKEN]: secret(TOKEN) }),
    names: null,
    said: [
      /to a variable that is not a secret/,
      /Store the value as the secret PLANETSCALE_SERVICE_TOKEN_ID/,
    ],
  },
  {
    what: 'an id as a flag in a script',
    target: GITHUB,
    secrets: { GROVE_TOKEN: 'the-token' },
    files: workflow('pscale ping --service-token-id abc123def456 --service-token "$T"', {
      T: secret('GROVE_TOKEN'),
    }),
    names: null,
    said: [/sets --service-token-id to a fixed value/, /GROVE_TOKEN_ID/],
  },
  {
    what: 'half of a pair beside names that say nothing',
    target: GITHUB,
    secrets: { [TOKEN]: 'the-token', CANYON: 'x' },
    names: null,
    said: [/contains PLANETSCALE_SERVICE_TOKEN, but not PLANETSCALE_SERVICE_TOKEN_ID/, /CANYON/],
  },
  {
    what: 'an id in a pipeline of GitLab',
    target: 'gitlab:acme/#',
    secrets: { [TOKEN]: 'the-token' },
    files: {
      '.gitlab-ci.yml': `deploy:\n  variables:\n    ${ID}: abc123def456\n  script: pscale ping\n`,
    },
    names: null,
    said: [/then delete the line/],
  },
  {
    what: 'an id in a pipeline of CircleCI',
    target: 'circleci:gh/acme/#',
    secrets: { [TOKEN]: 'the-token' },
    files: {
      '.circleci/config.yml': `jobs:\n  deploy:\n    environment: { ${ID}: abc123def456 }\n    steps:\n      - run: pscale ping\n`,
    },
    names: null,
    said: [/\.circleci\/config\.yml:3 sets PLANETSCALE_SERVICE_TOKEN_ID to a fixed value/],
  },
];

export const setUps: readonly SetUp[] = [...usual, ...spellings, ...shapes, ...mapped, ...fixed];
