import { runSinkConformance, virtualClock, type SinkFixture } from '@keyturn/core/testing';
import { startSandbox } from '@keyturn/sandbox';
import { test } from 'vitest';

import { around, TOKEN, type GitLab, type Variable } from './context.ts';

const names = ['PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'] as const;
/** The same names in every other scope and place, and a stranger beside them. */
const variables: Variable[] = [
  ...names.flatMap((key) =>
    ['staging', 'prod*'].map((environment_scope) => ({ key, value: 'theirs', environment_scope })),
  ),
  { key: 'NEIGHBOUR', value: 'neighbour-value', masked: true },
];
const neighbour = variables.slice(-1);

/** What no new variable gets. */
const decoration = {
  protected: true,
  masked: false,
  raw: false,
  variable_type: 'file',
  description: 'ours',
};

interface Place {
  readonly target: string;
  /** The nearest to it that is another place. */
  readonly elsewhere: string;
  readonly api: string;
  readonly scope: string;
  readonly of: (state: GitLab) => { readonly variables?: readonly Variable[] } | undefined;
}

const places: readonly Place[] = [
  {
    target: 'gitlab:acme/infra?scope=production',
    elsewhere: 'gitlab:acme/infra?scope=prod',
    api: '/projects/acme%2Finfra/variables',
    scope: 'production',
    of: (state) => state['acme/infra'],
  },
  {
    target: 'gitlab:acme?level=group',
    elsewhere: 'gitlab:acme?level=group&scope=prod',
    api: '/groups/acme/variables',
    scope: '*',
    of: (state) => state.groups?.['acme'],
  },
  {
    target: 'gitlab:?level=instance',
    elsewhere: 'gitlab:acme?level=group&scope=prod',
    api: '/admin/ci/variables',
    scope: '*',
    of: (state) => state.instance,
  },
];

/** GitLab's time, years from that of the sink's context. */
const START = Date.UTC(2026, 10, 24, 9);
/** How far the clock that dates its answers is ahead of it. */
const AHEAD = 600;

async function openFixture({
  target,
  elsewhere: other,
  api,
  scope,
  of,
}: Place): Promise<SinkFixture> {
  const gitlab = {
    'acme/infra': { variables },
    'acme/web': { variables },
    groups: { acme: { variables } },
    instance: { variables: neighbour },
    tokens: [{ token: TOKEN, admin: true }],
  };
  const clock = virtualClock(START);
  const sandbox = await startSandbox({
    world: { gitlab },
    clock: () => clock.now(),
    clocks: { gitlab: { frontOffsetMs: AHEAD } },
  });
  const { open, state, fault, change, requests } = around(sandbox);
  const isOurs = ({ key, environment_scope }: Variable): boolean =>
    environment_scope === scope && (names as readonly string[]).includes(key);
  const ours = (): Variable[] => (of(state())?.variables ?? []).filter(isOurs);
  const filter =
    scope === '*' && api.startsWith('/admin') ? {} : { filter: { environment_scope: scope } };
  const put = (name: string, body: object): Promise<Response> =>
    fetch(`${sandbox.urls.gitlab}/api/v4${api}/${name}`, {
      method: 'PUT',
      headers: { 'private-token': TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...filter }),
    });
  return {
    sink: await open(target),
    names,
    credential: TOKEN,
    stored: (name) => ours().find(({ key }) => key === name)?.value,
    neighbours: () => {
      const now = state();
      const others = (of(now)?.variables ?? []).filter((variable) => !isOurs(variable));
      const elsewhere = [now['acme/infra'], now['acme/web'], now.groups?.['acme'], now.instance]
        .filter((holder) => holder !== of(now))
        .map((holder) => holder?.variables);
      return { others, elsewhere };
    },
    metadata: () => ours().map((variable) => ({ ...variable, value: undefined })),
    decorate: async () => {
      for (const { key } of ours()) await put(key, { ...decoration });
    },
    foreignWrite: (name, value) => put(name, { value }),
    deny: () => change({ tokens: [{ token: TOKEN, revoked: true }] }),
    stall: () => fault({ action: { delayMs: 3_600_000 } }),
    loseAnswer: () =>
      fault({
        method: ours().length > 0 ? 'PUT' : 'POST',
        times: 1,
        action: { dropResponse: true },
      }),
    requests: async () =>
      (await requests()).map((route) => ({ route, changes: !route.startsWith('GET ') })),
    clock: {
      now: () => clock.now() + AHEAD,
      advance: (milliseconds) => clock.advance(milliseconds),
    },
    elsewhere: () => open(other),
    close: () => sandbox.close(),
  };
}

for (const place of places)
  await runSinkConformance(place.target, () => openFixture(place), { test });
