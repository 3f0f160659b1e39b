import { runSinkConformance, type SinkFixture } from '@keyturn/core/testing';
import { startSandbox } from '@keyturn/sandbox';
import { test } from 'vitest';

import { contextFor, openSink } from './context.ts';

const NAMES = ['KT_TOKEN_ID', 'KT_TOKEN'] as const;
const CREDENTIAL = 'CCIPAT_credential+of/the=sink';
const CONTEXT = 'cccccccc-0000-4000-8000-000000000000';
const MINUTE = 60_000;
const places = {
  project: {
    target: 'circleci:gh/acme/web',
    other: 'circleci:gh/acme/api',
    part: 'projects',
    key: 'gh/acme/web',
  },
  context: {
    target: 'circleci:gh/acme?context=deploy',
    other: 'circleci:gh/acme?context=release',
    part: 'contexts',
    key: 'gh/acme/deploy',
  },
} as const;

for (const kind of ['project', 'context'] as const)
  await runSinkConformance(`a ${kind} of CircleCI`, () => openFixture(kind), { test });

/** A sink over sockets, with a CircleCI of its own behind them. */
async function openFixture(kind: keyof typeof places): Promise<SinkFixture> {
  const { target, other, part, key } = places[kind];
  let time = Date.UTC(2026, 0, 15, 12, 0, 0, 42);
  const neighbour = { NEIGHBOUR: { value: 'stays' } };
  const sandbox = await startSandbox({
    clock: () => time,
    world: {
      circleci: {
        projects: { 'gh/acme/web': neighbour, 'gh/acme/api': neighbour },
        contexts: { 'gh/acme/deploy': neighbour, 'gh/acme/release': neighbour },
        contextDetails: { 'gh/acme/deploy': { id: CONTEXT } },
        tokens: [{ token: CREDENTIAL }],
      },
    },
  });
  const { control, urls } = sandbox;
  const env = { CIRCLE_HOST: urls.circleci, CIRCLECI_TOKEN: CREDENTIAL };
  const { fetch: connected } = contextFor('');
  const open = (text: string) => openSink(text, '', { env, fetch: connected });
  const state = () => sandbox.state().circleci ?? {};
  const variables = () => state()[part]?.[key] ?? {};
  const send = async (url: string, body: object, headers = {}): Promise<void> => {
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
  };
  const fault = async (method: string | undefined, more: object): Promise<void> => {
    await fetch(`${control}/faults`, { method: 'DELETE' });
    await send(`${control}/faults`, { provider: 'circleci', method, ...more });
  };
  return {
    sink: await open(target),
    names: NAMES,
    credential: CREDENTIAL,
    clock: { now: () => time, advance: (milliseconds) => (time += milliseconds) },
    stored: (name) => variables()[name]?.value,
    neighbours() {
      const all = structuredClone(state()) as Record<string, Record<string, object>>;
      for (const name of NAMES) Reflect.deleteProperty(all[part]?.[key] ?? {}, name);
      return all;
    },
    metadata: () => [
      state().contextDetails?.['gh/acme/deploy'],
      ...NAMES.map((name) => variables()[name]?.createdAt),
    ],
    decorate() {
      // What was deleted and made anew would show another time.
      time += MINUTE;
      const restriction = {
        restriction_type: 'expression',
        restriction_value: 'pipeline.git.branch == "main"',
      };
      return send(`${urls.circleci}/api/v2/context/${CONTEXT}/restrictions`, restriction, {
        'circle-token': CREDENTIAL,
      });
    },
    foreignWrite(name, value) {
      time += MINUTE;
      return send(`${control}/admin`, { op: 'write', sink: target, name, value });
    },
    async requests() {
      const log = (await (await fetch(`${control}/requests`)).json()) as readonly {
        method: string;
        path: string;
      }[];
      return log.map(({ method, path }) => ({
        route: `${method} ${path}`,
        changes: method !== 'GET',
      }));
    },
    elsewhere: () => open(other),
    deny: () =>
      fault(undefined, { action: { status: 401, body: { message: 'Invalid token provided.' } } }),
    stall: () => fault(undefined, { action: { delayMs: 60 * MINUTE } }),
    loseAnswer: () =>
      fault(kind === 'project' ? 'POST' : 'PUT', { times: 1, action: { dropResponse: true } }),
    close: () => sandbox.close(),
  };
}
