import type { CountedFault, Fault } from '../http/faults.ts';
import type { RecordedRequest } from '../http/request-log.ts';
import type { JobResult } from '../providers/provider.ts';
import type { World } from '../world.ts';

/** What `POST /ci-job` is asked for. */
export interface JobRequest {
  /** A target, such as `github:acme/web`. */
  readonly sink: string;
  /** @default `pair` */
  readonly layout?: string;
  readonly names?: Readonly<Record<string, string | readonly string[]>>;
  readonly path?: string;
  /** What it does with its credential, if that is not a service token of PlanetScale. */
  readonly use?: string;
}

/** The control API of a sandbox. Every call rejects if the sandbox refuses it. */
export interface Control {
  /** Replaces the world. A provider that is left out gets its default seed. */
  readonly seed: (world: World) => Promise<void>;
  readonly reset: () => Promise<void>;
  /** Every request so far, in order of arrival. */
  readonly requests: () => Promise<readonly RecordedRequest[]>;
  /** Adds faults to those that there are. */
  readonly fault: (...faults: readonly Fault[]) => Promise<void>;
  readonly faults: () => Promise<readonly CountedFault[]>;
  readonly clearFaults: () => Promise<void>;
  /** How long every request takes, in milliseconds. */
  readonly latency: (ms: number, jitterMs?: number) => Promise<void>;
  /** Makes changes as somebody else would, one after the other. */
  readonly change: (...changes: readonly object[]) => Promise<void>;
  /** Runs a job that reads the secrets of a sink, and uses them. */
  readonly job: (job: JobRequest) => Promise<JobResult>;
}

/** Calls the control API of a sandbox, in this process or another: `controlOf(await startSandbox())`. */
export function controlOf({ control }: { readonly control: string }): Control {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${control}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const order = async (...args: Parameters<typeof call>): Promise<void> =>
    void (await call(...args));
  return {
    seed: (world) => order('POST', '/seed', world),
    reset: () => order('POST', '/reset'),
    requests: async () => (await call('GET', '/requests')) as RecordedRequest[],
    fault: (...faults) => order('POST', '/faults', faults),
    faults: async () => (await call('GET', '/faults')) as CountedFault[],
    clearFaults: () => order('DELETE', '/faults'),
    latency: (ms, jitterMs = 0) => order('PUT', '/latency', { ms, jitterMs }),
    change: (...changes) => order('POST', '/admin', changes),
    job: async (job) => (await call('POST', '/ci-job', job)) as JobResult,
  };
}
