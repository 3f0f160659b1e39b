import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import { startSandbox, type ItemsWorld, type World } from '@keyturn/sandbox';
import { test } from 'vitest';

import { NOW, openSink, TOKEN } from './context.ts';
import { control, github } from './world.ts';

const names = ['SLOTTED_ID', 'SLOTTED'] as const;
const VARIABLE = 'SLOT';
const OURS = /^(?:SLOTTED(?:_ID)?_[AB]|SLOT)$/;
const MINUTE = 60_000;

const variables = { NEIGHBOUR: { value: 'theirs' } };
const world: World = {
  github: {
    ...github,
    'acme/web': {
      ...github['acme/web'],
      variables,
      environmentVariables: { production: variables },
    },
    organizations: { acme: { ...github.organizations.acme, variables } },
  },
};

const places: readonly [target: string, secrets: string, readable: string][] = [
  ['github:acme/web', 'acme/web actions', 'acme/web variables'],
  [
    'github:acme/web?environment=production',
    'acme/web environments production',
    'acme/web environmentVariables production',
  ],
  ['github:acme?visibility=all', 'organizations acme actions', 'organizations acme variables'],
];

for (const [target, ...paths] of places)
  await runSinkConformance(`${target} in slots`, () => fixture(target, ...paths), { test });

async function fixture(target: string, secrets: string, readable: string): Promise<SinkFixture> {
  let now = NOW;
  const sandbox = await startSandbox({ clock: () => now, world });
  const sink = (await openSink(target, sandbox.urls.github)).slots?.(VARIABLE);
  if (sink === undefined) throw new Error('it knows no slots');
  const seed = (next: World): unknown => control(sandbox, 'POST', '/seed', next);
  const fault = (one: object): unknown => control(sandbox, 'POST', '/faults', one);
  /** The name that a job reads now. */
  const live = (name: string): string =>
    `${name}_${itemsAt(sandbox.state(), readable)[VARIABLE]?.value ?? ''}`;
  /** A copy of the world, with our items changed. */
  const changed = (change: (item: object, name: string) => object | undefined): World => {
    const copy = structuredClone(sandbox.state());
    for (const path of [secrets, readable]) {
      const items = itemsAt(copy, path) as Record<string, object | undefined>;
      for (const [name, item] of Object.entries(items))
        if (OURS.test(name) && item !== undefined) {
          items[name] = change(item, name);
          if (items[name] === undefined) delete items[name];
        }
    }
    return copy;
  };
  return {
    sink,
    names,
    stored: (name) => itemsAt(sandbox.state(), secrets)[live(name)]?.value,
    neighbours: () => changed(() => undefined),
    metadata: () => {
      const state = sandbox.state();
      const variable = itemsAt(state, readable)[VARIABLE];
      return [...names.map((name) => itemsAt(state, secrets)[live(name)]), variable].map((item) => [
        item?.visibility,
        item?.selected,
      ]);
    },
    decorate: () => {
      now += MINUTE;
      const selected = { visibility: 'selected', selected: ['acme/api', 'acme/web'] };
      return target.includes('/') ? undefined : seed(changed((item) => ({ ...item, ...selected })));
    },
    foreignWrite: (foreign, value) => {
      now += MINUTE;
      const updatedAt = new Date(now).toISOString();
      const written = live(foreign);
      return seed(
        changed((item, name) => (name === written ? { ...item, value, updatedAt } : item)),
      );
    },
    deny: () => {
      const state = sandbox.state();
      return seed({ ...state, github: { ...state.github, tokens: [] } });
    },
    credential: TOKEN,
    stall: () => fault({ provider: 'github', action: { delayMs: 60 * MINUTE } }),
    loseAnswer: () =>
      fault({
        provider: 'github',
        method: itemsAt(sandbox.state(), readable)[VARIABLE] === undefined ? 'POST' : 'PATCH',
        times: 1,
        action: { dropResponse: true },
      }),
    close: () => sandbox.close(),
  };
}

/** The items of one place, which may not be there yet. */
function itemsAt({ github: place }: World, path: string): ItemsWorld {
  return (path
    .split(' ')
    .reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      place,
    ) ?? {}) as ItemsWorld;
}
