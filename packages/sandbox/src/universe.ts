import type { Answer } from './http/answer.ts';
import type { Call } from './http/call.ts';
import type {
  Addresses,
  EdgeName,
  JobUse,
  OpenProvider,
  ProviderName,
} from './providers/provider.ts';
import type { UseToken } from './providers/canary.ts';
import type { RoleBackend } from './providers/planetscale/role-backend.ts';
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
  /** The servers beside the providers' APIs. */
  readonly edges: readonly { readonly provider: ProviderName; readonly name: EdgeName }[];
  answerEdge(provider: ProviderName, name: EdgeName, call: Call): Promise<Answer>;
  /** What jobs do with a kind of credential. */
  use(kind: string): JobUse | undefined;
  readonly uses: () => readonly string[];
  /** Begins what the world needs elsewhere: to be called when it was opened or replaced. */
  begin(): Promise<void>;
  state(): World;
  /** @throws {TypeError} for a world that cannot be opened; the old one stays */
  seed(world: World): void;
}

export function createUniverse(
  first: World,
  runtime: Runtime,
  clocks: Readonly<Record<ProviderName, Clocks>>,
  use: UseToken,
  addresses: Addresses,
  roles: RoleBackend,
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
        provider.open(whole, { ...runtime, clocks: clocks[provider.name], addresses, roles }, use),
      ]),
    );
  }

  const uses = (): Map<string, JobUse> =>
    new Map([...opened.values()].flatMap((provider) => Object.entries(provider.uses ?? {})));

  return {
    edges: providers.flatMap(({ name: provider, edges = [] }) =>
      edges.map((name) => ({ provider, name })),
    ),
    answerEdge(provider, name, call) {
      const answer = opened.get(provider)?.edges?.[name];
      if (answer === undefined) throw new TypeError(`${provider} has no server "${name}"`);
      return answer(call);
    },
    use: (kind) => uses().get(kind),
    uses: () => [...uses().keys()],
    async begin() {
      for (const provider of opened.values()) await provider.begin?.();
    },
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
