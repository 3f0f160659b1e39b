import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import {
  startSandbox,
  type GitHubTokenWorld,
  type ItemsWorld,
  type ItemWorld,
  type World,
} from '@keyturn/sandbox';
import { test } from 'vitest';

import { appEnv, appWorld, KEY_LINE } from './app.ts';
import { NOW, openSink, TOKEN } from './context.ts';
import { control, github } from './world.ts';

const names = ['TOKEN_ID', 'TOKEN'] as const;
const MINUTE = 60_000;

/** The four ways in which GitHub refuses a token that worked before. */
const refused = {
  revoked: [],
  permissionless: [{ token: TOKEN, kind: 'fine-grained', permissions: { metadata: 'read' } }],
  scopeless: [{ token: TOKEN, kind: 'classic', scopes: ['gist'] }],
  elsewhere: [{ token: TOKEN, kind: 'fine-grained', repositories: ['acme/api'] }],
} as const satisfies Record<string, readonly GitHubTokenWorld[]>;

const scopes: readonly [target: string, path: string, denial: keyof typeof refused][] = [
  ['github:acme/web', 'acme/web actions', 'revoked'],
  ['github:acme/web?environment=production', 'acme/web environments production', 'permissionless'],
  ['github:acme/web?app=dependabot', 'acme/web dependabot', 'elsewhere'],
  ['github:acme/web?app=codespaces', 'acme/web codespaces', 'scopeless'],
  ['github:acme?visibility=all', 'organizations acme actions', 'scopeless'],
  ['github:acme?app=dependabot', 'organizations acme dependabot', 'permissionless'],
  ['github:acme?app=codespaces', 'organizations acme codespaces', 'revoked'],
];

for (const [target, path, denial] of scopes)
  await runSinkConformance(target, () => fixture(target, path, denial), { test });

for (const [target, path] of scopes.slice(0, -1))
  await runSinkConformance(`${target} as an App`, () => fixture(target, path, 'revoked', true), {
    test,
  });

async function fixture(
  target: string,
  path: string,
  denial: keyof typeof refused,
  asApp = false,
): Promise<SinkFixture> {
  let now = NOW;
  const world = changed({ github: asApp ? appWorld() : github }, path, () => undefined);
  const sandbox = await startSandbox({ clock: () => now, world });
  const { github: url } = sandbox.urls;
  const sink = await openSink(target, url, asApp ? { env: appEnv(url) } : {});

  const seed = (next: World): unknown => control(sandbox, 'POST', '/seed', next);
  const fault = (one: object): unknown => control(sandbox, 'POST', '/faults', one);
  const items = (): ItemsWorld => itemsAt(sandbox.state(), path);
  return {
    sink,
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
    decorate: () => {
      // What was deleted and made anew would show another time.
      now += MINUTE;
      if (!path.startsWith('organizations')) return;
      const selected = { visibility: 'selected', selected: ['acme/api', 'acme/web'] } as const;
      return seed(changed(sandbox.state(), path, (_, item) => item && { ...item, ...selected }));
    },
    foreignWrite: (foreign, value) => {
      now += MINUTE;
      const updatedAt = new Date(now).toISOString();
      return seed(
        changed(sandbox.state(), path, (name, item) =>
          name === foreign ? { ...item, value, updatedAt } : item,
        ),
      );
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
    close: () => sandbox.close(),
  };
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
