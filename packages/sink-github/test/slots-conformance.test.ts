import type { SecretSink } from '@keyturn/core';
import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import { startSandbox, type ItemsWorld, type World } from '@keyturn/sandbox';
import { test } from 'vitest';

import githubSink from '../src/index.ts';
import { contextFor, TOKEN } from './context.ts';
import { timesApart } from './times.ts';
import { control, github, received } from './world.ts';

const names = ['SLOTTED_ID', 'SLOTTED'] as const;
const VARIABLE = 'SLOT';
const OURS = /^(?:SLOTTED(?:_ID)?_[AB]|SLOT)$/;
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

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

interface Place {
  readonly target: string;
  /** Where the world has its secrets, and its variables. */
  readonly secrets: string;
  readonly readable: string;
  /** The nearest place in which there are no slots. */
  readonly elsewhere: string;
}

const places: readonly Place[] = [
  {
    target: 'github:acme/web',
    secrets: 'acme/web actions',
    readable: 'acme/web variables',
    elsewhere: 'github:acme/web?environment=production',
  },
  {
    target: 'github:acme/web?environment=production',
    secrets: 'acme/web environments production',
    readable: 'acme/web environmentVariables production',
    elsewhere: 'github:acme/web?environment=staging',
  },
  {
    target: 'github:acme?visibility=all',
    secrets: 'organizations acme actions',
    readable: 'organizations acme variables',
    elsewhere: 'github:acme/web',
  },
];

for (const place of places)
  await runSinkConformance(`${place.target} in slots`, () => fixture(place), { test });

async function fixture({ target, secrets, readable, elsewhere }: Place): Promise<SinkFixture> {
  const { own, clock, clocks, shown } = timesApart(YEAR);
  const sandbox = await startSandbox({ world, clock, clocks });
  const context = contextFor(sandbox.urls.github, { clock: own });
  const open = async (place: string): Promise<SecretSink> => {
    const slots = (await githubSink.open(place, context)).slots?.(VARIABLE);
    if (slots === undefined) throw new Error('it knows no slots');
    return slots;
  };
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
    sink: await open(target),
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
    decorate: async () => {
      await shown.advance(MINUTE);
      const selected = { visibility: 'selected', selected: ['acme/api', 'acme/web'] };
      return target.includes('/') ? undefined : seed(changed((item) => ({ ...item, ...selected })));
    },
    foreignWrite: async (foreign, value) => {
      await shown.advance(MINUTE);
      const name = live(foreign);
      await control(sandbox, 'POST', '/admin', { op: 'write', sink: target, name, value });
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
    requests: () => received(sandbox),
    clock: shown,
    elsewhere: () => open(elsewhere),
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
