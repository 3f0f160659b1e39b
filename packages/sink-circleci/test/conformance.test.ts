import { runCheck, sinkChecks, type SinkFixture } from '@keyturn/core/testing';
import { startSandbox } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { contextFor, openSink } from './context.ts';

const NAMES = ['KT_TOKEN_ID', 'KT_TOKEN'] as const;
const CREDENTIAL = 'CCIPAT_credential+of/the=sink';
const CONTEXT = 'cccccccc-0000-4000-8000-000000000000';
const places = {
  project: { target: 'circleci:gh/acme/web', part: 'projects', key: 'gh/acme/web' },
  context: { target: 'circleci:gh/acme?context=deploy', part: 'contexts', key: 'gh/acme/deploy' },
} as const;

/** A sink over sockets, with a CircleCI of its own behind them. */
async function openFixture(kind: keyof typeof places): Promise<SinkFixture> {
  const { target, part, key } = places[kind];
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
  const state = () => sandbox.state().circleci ?? {};
  const variables = () => state()[part]?.[key] ?? {};
  const fault = async (method: string | undefined, more: object): Promise<void> => {
    await fetch(`${control}/faults`, { method: 'DELETE' });
    const body = JSON.stringify({ provider: 'circleci', method, ...more });
    await fetch(`${control}/faults`, { method: 'POST', body });
  };
  const send = async (method: string, path: string, body: object): Promise<void> => {
    time += 5000;
    const headers = { 'circle-token': CREDENTIAL };
    const answer = await fetch(`${urls.circleci}/api/v2${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
  };
  return {
    sink: await openSink(target, '', { env, fetch: connected }),
    names: NAMES,
    credential: CREDENTIAL,
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
    decorate: () =>
      send('POST', `/context/${CONTEXT}/restrictions`, {
        restriction_type: 'expression',
        restriction_value: 'pipeline.git.branch == "main"',
      }),
    foreignWrite: (name, value) =>
      kind === 'project'
        ? send('POST', '/project/gh/acme/web/envvar', { name, value })
        : send('PUT', `/context/${CONTEXT}/environment-variable/${name}`, { value }),
    deny: () =>
      fault(undefined, { action: { status: 401, body: { message: 'Invalid token provided.' } } }),
    stall: () => fault(undefined, { action: { delayMs: 3_600_000 } }),
    loseAnswer: () =>
      fault(kind === 'project' ? 'POST' : 'PUT', { times: 1, action: { dropResponse: true } }),
    close: () => sandbox.close(),
  };
}

describe.each(['project', 'context'] as const)('a sink of a %s', (kind) => {
  it.each(sinkChecks)('$title', async (check) => {
    const result = await runCheck(check, () => openFixture(kind));
    expect(result).toEqual({ id: check.id, status: 'passed' });
  });
});
