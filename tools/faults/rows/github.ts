import { githubSink } from '../../../packages/sink-github/src/index.ts';
import type { Row } from '../row.ts';
import { NAMES, SLOT } from '../world.ts';

const provider = 'github' as const;
const call = { signal: new AbortController().signal };

/** A place that holds secrets. */
interface Scope {
  readonly target: string;
  readonly path: string;
  readonly isOrganization?: true;
  readonly short?: true;
}

const scopes: readonly Scope[] = [
  { target: 'github:acme/web', path: '/repos/acme/web/actions/secrets', short: true },
  { target: 'github:acme/web?app=dependabot', path: '/repos/acme/web/dependabot/secrets' },
  { target: 'github:acme/web?app=codespaces', path: '/repos/acme/web/codespaces/secrets' },
  {
    target: 'github:acme/api?environment=production',
    path: '/repos/acme/api/environments/production/secrets',
  },
  { target: 'github:acme', path: '/orgs/acme/actions/secrets', isOrganization: true },
  {
    target: 'github:acme?app=dependabot',
    path: '/orgs/acme/dependabot/secrets',
    isOrganization: true,
  },
  {
    target: 'github:acme?app=codespaces',
    path: '/orgs/acme/codespaces/secrets',
    isOrganization: true,
  },
];

const at = (path: string, rest = ''): RegExp => new RegExp(`^${path}${rest}`);
const SLOTS = 'github:acme/slots';
const OTHER = 'circleci:gh/acme/web';

function rowsOf({ target, path, isOrganization, short }: Scope): Row[] {
  const row = (
    method: string,
    rest: string,
    pattern: string,
    purpose: Row['purpose'],
    more: Partial<Row> = {},
  ): Row => ({
    provider,
    request: `${method} ${path}${rest}`,
    purpose,
    aim: { method, path: at(path, pattern) },
    sinks: [target, OTHER],
    ...(short === true && { short }),
    ...more,
  });
  const one = `/${NAMES.token}`;
  const isFirst = target === 'github:acme' ? ({ short: true } as const) : {};
  return [
    row('GET', '/public-key', '/public-key$', 'look'),
    ...(isOrganization === true
      ? [
          row('GET', '/{name}', `${one}$`, 'look', isFirst),
          row('GET', '/{name}/repositories', `${one}/repositories`, 'look', isFirst),
        ]
      : []),
    row('PUT', '/{name}', one, 'write'),
    row('GET', ', after a write of an older run without an answer', '\\?', 'settle', {
      before: [{ provider, method: 'PUT', path: at(path), act: { type: 'lost' } }],
    }),
    row('DELETE', '/{name}', one, 'change', {
      call: (trial, aims) =>
        trial.with(aims, async ({ sinks }) => sinks[0]?.remove?.([NAMES.token], call)),
    }),
  ];
}

/** The requests of the layout slots, where it is asked which slot is live. */
function slotRows(target: string, secrets: string, variables: string, short?: true): Row[] {
  const row = (
    method: string,
    path: string,
    purpose: Row['purpose'],
    more: Partial<Row> & { readonly nth?: number; readonly where?: RegExp } = {},
  ): Row => {
    const { nth = 1, where = at(path.replace(/\{\w+\}/, '\\w+')), ...rest } = more;
    return {
      provider,
      request: `${method} ${path}${nth > 1 ? ', once more' : ''}`,
      purpose,
      aim: { method, path: where, after: nth - 1 },
      sinks: [target, target === SLOTS ? `${SLOTS}?environment=production` : SLOTS],
      layout: 'slots',
      ...(short === true && { short }),
      ...rest,
    };
  };
  return [
    row('GET', `${variables}/${SLOT}`, 'look'),
    row('GET', `${variables}/${SLOT}`, 'prepare', { nth: 2 }),
    row('PUT', `${secrets}/{name}_B`, 'write', { where: at(secrets, `/${NAMES.token}_B`) }),
    row('PATCH', `${variables}/${SLOT}`, 'write'),
  ];
}

const fresh = '/repos/acme/fresh/actions';
const freshRow = (method: string, path: string, purpose: Row['purpose'], where: RegExp): Row => ({
  provider,
  request: `${method} ${path}, for the first time`,
  purpose,
  aim: { method, path: where },
  sinks: ['github:acme/fresh', SLOTS],
  layout: 'slots',
  short: true,
});

const expansion =
  (pattern: string) =>
  (trial: Parameters<NonNullable<Row['call']>>[0], aims: Parameters<NonNullable<Row['call']>>[1]) =>
    trial.with(aims, ({ context }) => githubSink.expand(pattern, context, call));

/** What an App asks for itself. */
const appRow = (request: string, where: RegExp, more: Partial<Row> = {}): Row => ({
  provider,
  request: `${request}, as an App`,
  purpose: 'look',
  aim: { method: request.split(' ')[0] ?? '', path: where },
  sinks: ['github:acme/web', OTHER],
  isApp: true,
  ...more,
});
const appRows: readonly Row[] = [
  appRow('GET /orgs/{owner}/installation', at('/orgs/acme/installation'), { short: true }),
  appRow('GET /users/{owner}/installation', at('/users/acme/installation'), {
    beside: [
      {
        provider,
        method: 'GET',
        path: at('/orgs/acme/installation'),
        act: { type: 'status', status: 404 },
      },
    ],
  }),
  appRow('POST /app/installations/{id}/access_tokens', at('/app/installations/42/'), {
    short: true,
  }),
  appRow('GET /installation/repositories', at('/installation/repositories'), {
    purpose: 'read',
    call: expansion('github:acme/*'),
  }),
];

/** Every request of the sink, in every place that it knows. */
export const githubRows: readonly Row[] = [
  ...scopes.flatMap(rowsOf),
  ...slotRows(
    SLOTS,
    '/repos/acme/slots/actions/secrets',
    '/repos/acme/slots/actions/variables',
    true,
  ),
  ...slotRows(
    `${SLOTS}?environment=production`,
    '/repos/acme/slots/environments/production/secrets',
    '/repos/acme/slots/environments/production/variables',
  ),
  ...slotRows('github:acme', '/orgs/acme/actions/secrets', '/orgs/acme/actions/variables'),
  ...appRows,
  freshRow('GET', `${fresh}/secrets/{name}_A`, 'look', at(`${fresh}/secrets/\\w+_A$`)),
  freshRow('POST', `${fresh}/variables`, 'write', at(`${fresh}/variables$`)),
  {
    provider,
    request: 'GET /orgs/{org}/repos',
    purpose: 'read',
    aim: { method: 'GET', path: at('/orgs/acme/repos') },
    call: expansion('github:acme/*'),
  },
  {
    provider,
    request: 'GET /user/repos, where that was no organization',
    purpose: 'read',
    aim: { method: 'GET', path: at('/user/repos') },
    call: expansion('github:ada/*'),
  },
  {
    provider,
    request: 'GET /users/{name}/repos, where the token is of no person',
    purpose: 'read',
    aim: { method: 'GET', path: at('/users/ada/repos') },
    beside: [
      { provider, method: 'GET', path: at('/user/repos'), act: { type: 'status', status: 403 } },
    ],
    call: expansion('github:ada/*'),
  },
];
