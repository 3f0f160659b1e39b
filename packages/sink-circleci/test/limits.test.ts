import { virtualClock } from '@keyturn/core/testing';
import { startSandbox } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import circleciSink from '../src/index.ts';
import { call, contextFor, NOW, TOKEN } from './context.ts';

it('a delivery to many projects gets through a rate limit', async () => {
  const clock = virtualClock(NOW);
  const slugs = Array.from({ length: 10 }, (_, i) => `gh/acme/project-${i}`);
  const projects = Object.fromEntries(slugs.map((slug) => [slug, {}]));
  const circleci = { projects, tokens: [{ token: TOKEN }], behaviour: { rateLimit: 4 } };
  const sandbox = await startSandbox({ clock: () => clock.now(), world: { circleci } });
  onTestFinished(() => sandbox.close());
  const context = contextFor(sandbox.urls.circleci, { clock });
  const sinks = await Promise.all(
    slugs.map((slug) => circleciSink.open(`circleci:${slug}`, context)),
  );
  await Promise.all(sinks.map((sink) => sink.deliver([{ name: 'A', value: 'new-value' }], call)));
  const state = sandbox.state().circleci?.projects;
  for (const slug of slugs) expect(state?.[slug]?.['A']?.value).toBe('new-value');
  expect(clock.now() - NOW).toBeGreaterThan(60_000);
});
