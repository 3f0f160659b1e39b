import { gitlabSink } from '../../../packages/sink-gitlab/src/index.ts';
import type { Aim } from '../trial.ts';
import type { Row } from '../row.ts';
import { NAMES } from '../world.ts';

const provider = 'gitlab' as const;
const call = { signal: new AbortController().signal };
const OTHER = 'github:acme/docs';

/** A place that holds variables, and one like it that has none yet. */
interface Level {
  readonly target: string;
  readonly fresh: string;
  readonly path: string;
  readonly freshPath: string;
  readonly shown: string;
  readonly short?: true;
}

const levels: readonly Level[] = [
  {
    target: 'gitlab:acme/infra',
    fresh: 'gitlab:acme/fresh',
    path: '/api/v4/projects/acme%2Finfra/variables',
    freshPath: '/api/v4/projects/acme%2Ffresh/variables',
    shown: '/projects/{id}/variables',
    short: true,
  },
  {
    target: 'gitlab:acme?level=group',
    fresh: 'gitlab:acme?level=group&scope=staging',
    path: '/api/v4/groups/acme/variables',
    freshPath: '/api/v4/groups/acme/variables',
    shown: '/groups/{id}/variables',
  },
  {
    target: 'gitlab:?level=instance',
    fresh: 'gitlab:?level=instance',
    path: '/api/v4/admin/ci/variables',
    freshPath: '/api/v4/admin/ci/variables',
    shown: '/admin/ci/variables',
  },
];

function rowsOf({ target, fresh, path, freshPath, shown, short }: Level): Row[] {
  const variable = new RegExp(`^${path}/${NAMES.token}(?:\\?|$)`);
  const lostWrite: Aim = {
    provider,
    method: 'PUT',
    path: new RegExp(`^${path}`),
    act: { type: 'lost' },
  };
  const row = (
    method: string,
    rest: string,
    purpose: Row['purpose'],
    more: Partial<Row> = {},
  ): Row => ({
    provider,
    request: `${method} ${shown}${rest}`,
    purpose,
    aim: { method, path: variable },
    sinks: [target, OTHER],
    ...(short === true && { short }),
    ...more,
  });
  return [
    row('GET', '/{key}', 'look'),
    row('PUT', '/{key}', 'write'),
    row('POST', '', 'write', {
      aim: { method: 'POST', path: new RegExp(`^${freshPath}`) },
      sinks: [fresh, OTHER],
      ...(fresh === target && { isBare: true }),
    }),
    row('GET', '/{key}, after a write of an older run without an answer', 'settle', {
      aim: { method: 'GET', path: variable, after: 1 },
      before: [lostWrite, { ...lostWrite, method: 'GET', path: variable, after: 1 }],
    }),
    row('GET', '/{key}, after a write without an answer', 'proof', {
      aim: { method: 'GET', path: variable, after: 1 },
      beside: [lostWrite],
    }),
    row('DELETE', '/{key}', 'change', {
      call: (trial, aims) =>
        trial.with(aims, async ({ sinks }) => sinks[0]?.remove?.([NAMES.token], call)),
    }),
  ];
}

/** Every request of the sink, in every place that it knows. */
export const gitlabRows: readonly Row[] = [
  {
    provider,
    request: 'GET /personal_access_tokens/self',
    purpose: 'aside',
    aim: { method: 'GET', path: /personal_access_tokens\/self$/ },
    sinks: ['gitlab:acme/infra', OTHER],
    short: true,
  },
  ...levels.flatMap(rowsOf),
  {
    provider,
    request: 'GET /groups/{id}/projects',
    purpose: 'read',
    aim: { method: 'GET', path: /^\/api\/v4\/groups\/acme\/projects/ },
    call: (trial, aims) =>
      trial.with(aims, ({ context }) => gitlabSink.expand('gitlab:acme/*', context, call)),
  },
];
