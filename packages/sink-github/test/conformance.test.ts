import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import {
  startSandbox,
  type GitHubTokenWorld,
  type GitHubWorld,
  type ItemsWorld,
  type ItemWorld,
  type World,
} from '@keyturn/sandbox';
import { test } from 'vitest';

import { appEnv, appWorld, KEY_LINE } from './app.ts';
import githubSink from '../src/index.ts';
import { contextFor, TOKEN } from './context.ts';
import { timesApart } from './times.ts';
import { control, github, received } from './world.ts';

const names = ['TOKEN_ID', 'TOKEN'] as const;
const MINUTE = 60_000;
const HALF_A_MINUTE = 30_000;
const YEAR = 365 * 24 * 60 * MINUTE;

/** The four ways in which GitHub refuses a token that worked before. */
const refused = {
  revoked: [],
  permissionless: [{ token: TOKEN, kind: 'fine-grained', permissions: { metadata: 'read' } }],
  scopeless: [{ token: TOKEN, kind: 'classic', scopes: ['gist'] }],
  elsewhere: [{ token: TOKEN, kind: 'fine-grained', repositories: ['acme/api'] }],
} as const satisfies Record<string, readonly GitHubTokenWorld[]>;

interface Scope {
  readonly target: string;
  /** Where the world has its secrets. */
  readonly path: string;
  readonly denial: keyof typeof refused;
  /** The nearest place of that kind that has none. */
  readonly elsewhere: string;
}

const scopes: readonly Scope[] = [
  {
    target: 'github:acme/web',
    path: 'acme/web actions',
    denial: 'revoked',
    elsewhere: 'github:acme/web?environment=empty',
  },
  {
    target: 'github:acme/web?environment=production',
    path: 'acme/web environments production',
    denial: 'permissionless',
    elsewhere: 'github:acme/web?environment=empty',
  },
  {
    target: 'github:acme/web?app=dependabot',
    path: 'acme/web dependabot',
    denial: 'elsewhere',
    elsewhere: 'github:acme/empty?app=dependabot',
  },
  {
    target: 'github:acme/web?app=codespaces',
    path: 'acme/web codespaces',
    denial: 'scopeless',
    elsewhere: 'github:acme/empty?app=codespaces',
  },
  {
    target: 'github:acme?visibility=all',
    path: 'organizations acme actions',
    denial: 'scopeless',
    elsewhere: 'github:acme/empty',
  },
  {
    target: 'github:acme?app=dependabot',
    path: 'organizations acme dependabot',
    denial: 'permissionless',
    elsewhere: 'github:acme/empty?app=dependabot',
  },
  {
    target: 'github:acme?app=codespaces',
    path: 'organizations acme codespaces',
    denial: 'revoked',
    elsewhere: 'github:acme/empty?app=codespaces',
  },
];

for (const scope of scopes) await runSinkConformance(scope.target, () => fixture(scope), { test });

for (const scope of scopes.slice(0, -1))
  await runSinkConformance(
    `${scope.target} as an App`,
    () => fixture({ ...scope, denial: 'revoked' }, true),
    { test },
  );

async function fixture(
  { target, path, denial, elsewhere }: Scope,
  asApp = false,
): Promise<SinkFixture> {
  // GitHub takes an App's signature only if its time is about right.
  const { own, clock, clocks, shown } = timesApart(asApp ? HALF_A_MINUTE : YEAR);
  const world = changed({ github: withEmpty(asApp ? appWorld() : github) }, path, () => undefined);
  const sandbox = await startSandbox({ world, clock, clocks });
  const { github: url } = sandbox.urls;
  const context = contextFor(url, { clock: own, ...(asApp && { env: appEnv(url) }) });

  const seed = (next: World): unknown => control(sandbox, 'POST', '/seed', next);
  const fault = (one: object): unknown => control(sandbox, 'POST', '/faults', one);
  const items = (): ItemsWorld => itemsAt(sandbox.state(), path);
  return {
    sink: await githubSink.open(target, context),
    names,
    stored: (name) => items()[name]?.value,
    neighbours: () => {
      const { github: state, ...others } = changed(sandbox.state(), path, () => undefined);
      return { ...others, ...state, tokens: 'the tokens of an App come and go' };
    },
    metadata: () =>
      names.map((name) => {
        const { value: _, updatedAt: __, ...rest } = items()[name] ?? { value: '' };
        return rest;
      }),
    decorate: async () => {
      // What was deleted and made anew would show another time.
      await shown.advance(MINUTE);
      if (!path.startsWith('organizations')) return;
      const selected = { visibility: 'selected', selected: ['acme/api', 'acme/web'] } as const;
      return seed(changed(sandbox.state(), path, (_, item) => item && { ...item, ...selected }));
    },
    foreignWrite: async (name, value) => {
      await shown.advance(MINUTE);
      await control(sandbox, 'POST', '/admin', { op: 'write', sink: target, name, value });
    },
    deny: () => {
      const state = sandbox.state();
      // An App that is gone gets no other token.
      const gone = { tokens: refused[denial], apps: [] };
      return seed({ ...state, github: { ...state.github, ...gone } });
    },
    credential: asApp ? KEY_LINE : TOKEN,
    stall: () => fault({ provider: 'github', action: { delayMs: 60 * MINUTE } }),
    loseAnswer: () =>
      fault({ provider: 'github', method: 'PUT', times: 1, action: { dropResponse: true } }),
    requests: () => received(sandbox),
    clock: shown,
    elsewhere: () => githubSink.open(elsewhere, context),
    close: () => sandbox.close(),
  };
}

/** The world with places in which nothing is stored. */
function withEmpty(all: GitHubWorld): GitHubWorld {
  const web = all['acme/web'];
  const environments = { ...web?.environments, empty: {} };
  return { ...all, 'acme/empty': {}, 'acme/web': { ...web, environments } };
}

type Change = (name: string, item: ItemWorld | undefined) => ItemWorld | undefined;

/** A copy of the world with other items under the two names; undefined takes one away. */
function changed(world: World, path: string, change: Change): World {
  const copy = structuredClone(world);
  const items = itemsAt(copy, path) as Record<string, ItemWorld>;
  for (const name of names) {
    const item = change(name, items[name]);
    if (item === undefined) delete items[name];
    else items[name] = item;
  }
  return copy;
}

/** The items of one place, which has to be there. */
function itemsAt({ github: place }: World, path: string): ItemsWorld {
  return path
    .split(' ')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], place) as ItemsWorld;
}
