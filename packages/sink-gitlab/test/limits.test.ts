import { virtualClock } from '@keyturn/core/testing';
import { startSandbox } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import gitlabSink from '../src/index.ts';
import { call, contextFor, TOKEN, type GitLab } from './context.ts';

it('a delivery to many projects gets through a rate limit', async () => {
  const clock = virtualClock();
  const started = clock.now();
  const names = Array.from({ length: 10 }, (_, i) => `acme/project-${i}` as const);
  const projects = Object.fromEntries(names.map((name) => [name, {}]));
  const gitlab: GitLab = { ...projects, tokens: [{ token: TOKEN }], behaviour: { rateLimit: 12 } };
  const sandbox = await startSandbox({ clock: () => clock.now(), world: { gitlab } });
  onTestFinished(() => sandbox.close());
  const context = contextFor(sandbox.urls.gitlab, { clock });
  const sinks = await Promise.all(names.map((name) => gitlabSink.open(`gitlab:${name}`, context)));
  await Promise.all(sinks.map((sink) => sink.deliver([{ name: 'A', value: 'new' }], call)));
  const state = sandbox.state().gitlab;
  for (const name of names) expect(state?.[name]?.variables).toMatchObject([{ value: 'new' }]);
  expect(clock.now() - started).toBeGreaterThan(60_000);
});
