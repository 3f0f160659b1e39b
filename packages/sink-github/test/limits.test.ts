import { virtualClock } from '@keyturn/core/testing';
import { startSandbox } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import { call, contextFor, NOW, TOKEN } from './context.ts';
import githubSink from '../src/index.ts';
import { github } from './world.ts';

it.each(['told', 'untold'] as const)(
  'a delivery to many repositories gets through the secondary limit, whose end is %s',
  async (secondaryWait) => {
    const clock = virtualClock(NOW);
    const names = Array.from({ length: 12 }, (_, i) => `acme/repository-${i}` as const);
    const repositories = Object.fromEntries(names.map((name) => [name, {}]));
    const behaviour = { secondaryLimit: 5, secondaryWait };
    const world = { github: { ...repositories, tokens: github.tokens, behaviour } };
    const sandbox = await startSandbox({ clock: () => clock.now(), world });
    onTestFinished(() => sandbox.close());
    const context = contextFor(sandbox.urls.github, { clock });
    const sinks = await Promise.all(
      names.map((name) => githubSink.open(`github:${name}`, context)),
    );
    await Promise.all(sinks.map((sink) => sink.deliver([{ name: 'A', value: TOKEN }], call)));
    const state = sandbox.state().github;
    for (const name of names) expect(state?.[name]?.actions?.['A']?.value).toBe(TOKEN);
    expect(clock.now() - NOW).toBeGreaterThan(60_000);
  },
);
