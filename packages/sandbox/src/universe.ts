import type { Answer } from './http/answer.ts';
import type { Call } from './http/call.ts';
import type { OpenProvider, ProviderName } from './providers/provider.ts';
import type { UseToken } from './providers/canary.ts';
import type { Clocks } from './providers/clocks.ts';
import { providers } from './providers/registry.ts';
import type { Runtime } from './runtime.ts';
import { seedWorld } from './seed.ts';
import type { World } from './world.ts';

/** The providers, all opened on one world that can be replaced while they serve. */
export interface Universe {
  readonly names: readonly ProviderName[];
  /** The provider as it is now: {@link seed} makes others. */
  provider(name: ProviderName): OpenProvider | undefined;
  answer(name: ProviderName, call: Call): Promise<Answer>;
  state(): World;
  /** @throws {TypeError} for a world that cannot be opened; the old one stays */
  seed(world: World): void;
}

export function createUniverse(
  first: World,
  runtime: Runtime,
  clocks: Readonly<Record<ProviderName, Clocks>>,
  use: UseToken,
): Universe {
  let opened = open(first);

  function open(world: World): ReadonlyMap<ProviderName, OpenProvider> {
    const known = providers.map(({ name }) => name as string);
    const unknown = Object.keys(world).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new TypeError(`there is no provider "${unknown}"; there are ${known.join(', ')}`);
    const whole = { ...seedWorld(runtime.clock()), ...world };
    return new Map(
      providers.map((provider) => [
        provider.name,
        provider.open(whole, { ...runtime, clocks: clocks[provider.name] }, use),
      ]),
    );
  }

  return {
    names: providers.map(({ name }) => name),
    provider: (name) => opened.get(name),
    answer(name, call) {
      const provider = opened.get(name);
      if (provider === undefined) throw new TypeError(`there is no provider "${name}"`);
      return provider.answer(call);
    },
    state: () =>
      Object.fromEntries([...opened].map(([name, provider]) => [name, provider.state()])),
    seed(world) {
      opened = open(world);
    },
  };
}
