import { setTimeout as realSleep } from 'node:timers/promises';

import { runJob, runUse, useToken } from './control/job.ts';
import { adjust, type AllClocks, type ClocksChange } from './control/clocks.ts';
import { invalid } from './control/input.ts';
import { controlRoutes, type Controlled } from './control/routes.ts';
import { json, type Answer } from './http/answer.ts';
import type { Call } from './http/call.ts';
import { application } from './http/application.ts';
import { createFaults } from './http/faults.ts';
import { passLogin } from './http/gate.ts';
import { openFront } from './http/front.ts';
import { listen, type Listener } from './http/listener.ts';
import { serve, type Traffic } from './http/pipeline.ts';
import { createRequestLog } from './http/request-log.ts';
import { servePlainly } from './http/respond.ts';
import { createClocks, usualClocks } from './providers/clocks.ts';
import type { RoleBackend } from './providers/planetscale/role-backend.ts';
import { startRoleServer } from './providers/planetscale/role-server.ts';
import type { EdgeName, ProviderName } from './providers/provider.ts';
import type { JobResult, JobValues } from './providers/provider.ts';
import { createUniverse } from './universe.ts';
import type { World } from './world.ts';

export interface SandboxOptions {
  /** Milliseconds since the epoch: the real time, from which each provider's clocks are some way off. @default Date.now */
  readonly clock?: () => number;
  /** A number in [0, 1), for ids, made-up secrets and jitter. @default Math.random */
  readonly random?: () => number;
  /** How latency and delays pass; ends with the signal. Real time by default. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** What the providers hold at first, and after a reset. What it leaves out is seeded as usual. */
  readonly world?: World;
  /** How the providers' clocks are set at first, and after a reset. What it leaves out is set as usual. */
  readonly clocks?: ClocksChange;
  /** Where PlanetScale's Postgres roles are made: a real PostgreSQL, for example. By default a server of the sandbox, which knows logins only. */
  readonly roles?: RoleBackend;
  /** Also serve GitHub on a unix socket, for `gh` with its setting `http_unix_socket`. */
  readonly githubSocket?: string;
  /** Serve the providers with TLS. The certificate of the sandbox's own authority becomes `ca.pem` in this folder. */
  readonly tls?: string;
  /** With `tls`: serve the providers behind a proxy only, which asks for this `USER:PASSWORD`. */
  readonly proxy?: string;
}

export interface Sandbox {
  /** The base URL of the control API. */
  readonly control: string;
  /** The base URL of each provider, and of what else it serves. */
  readonly urls: Readonly<Record<ProviderName | EdgeName, string>>;
  /** Every variable that points keyturn at the sandbox, with the credentials of its world. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that the providers hold now, secrets opened. */
  state(): World;
  /** Ends every connection at once, and everything that was still waiting. */
  close(): Promise<void>;
}

/**
 * Starts the providers' servers and the control API on free ports of 127.0.0.1.
 *
 * @throws {TypeError} for a world that cannot be opened, or a proxy without TLS
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = Date.now, random = Math.random, world = {}, githubSocket, tls, proxy } = options;
  if (proxy !== undefined && (tls === undefined || !proxy.includes(':')))
    throw new TypeError('a proxy needs tls, and USER:PASSWORD');
  const runtime = { clock, random };
  const ended = new AbortController();
  const traffic: Traffic = {
    runtime,
    sleep: options.sleep ?? ((ms, signal) => realSleep(ms, undefined, { signal })),
    faults: createFaults(),
    log: createRequestLog(),
    latency: { ms: 0, jitterMs: 0 },
    ended: ended.signal,
    held: new AbortController(),
  };
  const dropHeld = (): void => {
    traffic.held.abort();
    traffic.held = new AbortController();
  };
  const clocks: AllClocks = {
    planetscale: createClocks(runtime, usualClocks.planetscale),
    github: createClocks(runtime, usualClocks.github),
    gitlab: createClocks(runtime, usualClocks.gitlab),
    circleci: createClocks(runtime, usualClocks.circleci),
    aws: createClocks(runtime, usualClocks.aws),
    s3: createClocks(runtime, usualClocks.s3),
  };
  const resetClocks = (): void => {
    adjust(clocks, usualClocks);
    adjust(clocks, options.clocks ?? {});
  };
  resetClocks();
  const urls: Partial<Record<ProviderName | EdgeName, string>> = {};
  const use = (values: JobValues): Promise<JobResult> => useToken(values, urls.planetscale ?? '');
  const roleServer =
    options.roles === undefined
      ? await startRoleServer(runtime, (username) => passLogin('planetscale', username, traffic))
      : undefined;
  const roles = options.roles ?? roleServer;
  if (roles === undefined) throw new TypeError('there is nowhere to make roles');
  urls.planetscalePostgres = `postgresql://${roles.host}`;
  const universe = createUniverse(world, runtime, clocks, use, urls, roles);
  const front =
    tls === undefined ? undefined : await openFront(tls, universe.names, proxy, clock());
  // As clients reach them; jobs of the sandbox use the plain ones.
  const shown: Partial<Record<ProviderName | EdgeName, string>> = {};
  const listeners: Listener[] = [];
  const open = async (...where: Parameters<typeof listen>): Promise<string> => {
    const listener = await listen(...where);
    listeners.push(listener);
    return listener.url;
  };
  const close = async (): Promise<void> => {
    ended.abort();
    await Promise.all([
      roleServer?.close(),
      front?.close(),
      ...listeners.map((listener) => listener.close()),
    ]);
  };
  const env = (): Record<string, string> =>
    Object.assign(
      {},
      ...universe.names.map((name) => universe.provider(name)?.env(shown[name] ?? '')),
      limitedHosts(),
      front?.env,
    ) as Record<string, string>;
  /** keyturn cannot see limits of which no answer tells: it is told that they are those of the platforms. */
  const limitedHosts = (): Record<string, string> => {
    const hosts = universe.names
      .filter((name) => universe.provider(name)?.isLimited?.())
      .map((name) => new URL(shown[name] ?? '').host);
    return hosts.length === 0 ? {} : { KEYTURN_LIMITED_HOSTS: hosts.join(',') };
  };

  const controlled: Controlled = {
    traffic,
    clocks,
    describe: () => ({ control, urls: shown, env: env() }),
    state: () => universe.state(),
    seed(next) {
      universe.seed(next);
      dropHeld();
      return universe.begin();
    },
    reset() {
      dropHeld();
      // First: what is seeded is stamped by them.
      resetClocks();
      universe.seed(world);
      traffic.faults.clear();
      traffic.log.clear();
      Object.assign(traffic.latency, { ms: 0, jitterMs: 0 });
      return universe.begin();
    },
    async job(job) {
      const used = job.use === undefined ? undefined : universe.use(job.use);
      if (job.use !== undefined && used === undefined)
        return invalid(`use must be one of ${universe.uses().join(', ')}`);
      const values = universe.provider(job.kind as ProviderName)?.job?.(job.place);
      if (values === undefined) return undefined;
      return used === undefined
        ? runJob(job, values, urls.planetscale ?? '')
        : runUse(job, values, used);
    },
    change(change) {
      const provider = universe.provider(change.provider as ProviderName);
      if (provider === undefined) throw new TypeError(`there is no provider "${change.provider}"`);
      return provider.change(change);
    },
  };
  const answerControl = application({
    roots: [''],
    routes: controlRoutes,
    state: controlled,
    unknownPath: () => json(404, { message: 'the control API has no such path' }),
    wrongMethod: (_, allowed) => json(405, { message: `use ${allowed.join(' or ')}` }),
  });

  const datingOf = (name: ProviderName) => (): number | undefined =>
    clocks[name].settings.omitDate ? undefined : clocks[name].front();
  let control = '';
  try {
    await universe.begin();
    control = await open(servePlainly(answerControl, clock));
    for (const name of universe.names) {
      const answer = (call: Call): Promise<Answer> => universe.answer(name, call);
      const listener = serve(name, answer, traffic, datingOf(name));
      urls[name] = await open(listener);
      shown[name] = front === undefined ? urls[name] : await front.serve(name, listener);
      if (name === 'github' && githubSocket !== undefined)
        await open(listener, { socketPath: githubSocket });
    }
    for (const { provider, name } of universe.edges) {
      const answer = (call: Call): Promise<Answer> => universe.answerEdge(provider, name, call);
      urls[name] = await open(serve(provider, answer, traffic, datingOf(provider)));
    }
    Object.assign(shown, { ...urls, ...shown });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    control,
    urls: shown as Sandbox['urls'],
    get env() {
      return env();
    },
    state: () => universe.state(),
    close,
  };
}
