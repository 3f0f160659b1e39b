import type { Row } from '../row.ts';
import { NAMES } from '../world.ts';

const provider = 'circleci' as const;
const call = { signal: new AbortController().signal };
const OTHER = 'github:acme/docs';
const PROJECT = '/project/gh/acme/web/envvar';
const ENVIRONMENT = '/context/{id}/environment-variable';

function row(
  method: string,
  request: string,
  path: RegExp,
  purpose: Row['purpose'],
  target: string,
  more: Partial<Row> = {},
): Row {
  return {
    provider,
    request: `${method} ${request}`,
    purpose,
    aim: { method, path },
    sinks: [target, OTHER],
    ...more,
  };
}

const project = 'circleci:gh/acme/web';
const context = 'circleci:gh/acme?context=deploy';
const projectPath = /^\/api\/v2\/project\/gh\/acme\/web\/envvar/;
const contextPath = /^\/api\/v2\/context\/[^/]+\/environment-variable/;
const remove: Row['call'] = (trial, aims) =>
  trial.with(aims, async ({ sinks }) => sinks[0]?.remove?.([NAMES.token], call));

/** Every request of the sink, in every place that it knows. */
export const circleciRows: readonly Row[] = [
  row('GET', PROJECT, projectPath, 'look', project, { short: true }),
  row('POST', PROJECT, projectPath, 'write', project, { short: true }),
  row('GET', `${PROJECT}, to remove what a 404 is answered to`, projectPath, 'change', project, {
    call: remove,
    beside: [
      { provider, method: 'DELETE', path: projectPath, act: { type: 'status', status: 404 } },
    ],
  }),
  row('DELETE', `${PROJECT}/{name}`, projectPath, 'change', project, { call: remove }),
  row('GET', '/context', /^\/api\/v2\/context\?/, 'look', context),
  row('GET', ENVIRONMENT, contextPath, 'look', context),
  row('PUT', `${ENVIRONMENT}/{name}`, contextPath, 'write', context, { short: true }),
  row(
    'GET',
    `${ENVIRONMENT}, after a write of an older run without an answer`,
    contextPath,
    'settle',
    context,
    {
      short: true,
      aim: { method: 'GET', path: contextPath, after: 1 },
      before: [{ provider, method: 'PUT', path: contextPath, act: { type: 'lost' } }],
    },
  ),
  row('DELETE', `${ENVIRONMENT}/{name}`, contextPath, 'change', context, { call: remove }),
];
