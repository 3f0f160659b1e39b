import { inspect } from 'node:util';

import {
  rotate,
  type AdapterContext,
  type FetchInit,
  type IssuerAdapter,
  type Layout,
  type RotationReport,
  type SecretSink,
  type TokenIssuer,
} from '../../packages/core/src/index.ts';
import {
  memoryStore,
  seededRandom,
  type MemoryStore,
  type VirtualClock,
} from '../../packages/core/src/testing/index.ts';
import { createFetch, type HttpFetch } from '../../packages/http/src/index.ts';
import { awsIamIssuer } from '../../packages/issuer-aws-iam/src/index.ts';
import { gitlabTokenIssuer } from '../../packages/issuer-gitlab/src/index.ts';
import { planetscaleIssuer } from '../../packages/issuer-planetscale/src/index.ts';
import { passwordIssuer } from '../../packages/issuer-planetscale/src/password/index.ts';
import { roleIssuer } from '../../packages/issuer-planetscale/src/role/index.ts';
import type { Sandbox } from '../../packages/sandbox/src/index.ts';
import { circleciSink } from '../../packages/sink-circleci/src/index.ts';
import { githubSink } from '../../packages/sink-github/src/index.ts';
import { gitlabSink } from '../../packages/sink-gitlab/src/index.ts';
import { isOther, oldOf } from '../campaign/credentials/all.ts';
import type { Credential } from '../campaign/credentials/credential.ts';
import { appEnv } from './app.ts';
import type { Act } from './fault.ts';
import { FAULT } from './front.ts';
import type { Row } from './row.ts';
import { NAMES, SLOT } from './world.ts';

/** Which calls something happens to, and what. */
export interface Aim {
  readonly provider: string;
  readonly method: string;
  /** Tried on the path with its query. */
  readonly path: RegExp;
  /** What the authorization begins with, where that tells two uses of a path apart. */
  readonly as?: RegExp;
  /** Tried on the body, where all requests have one path. */
  readonly body?: RegExp;
  /** How many such calls are let through first. @default 0 */
  readonly after?: number;
  /** How many calls it happens to. @default all */
  readonly times?: number;
  readonly act: Act;
}

/** Deadlines of the requests to which nothing can happen but that time runs out. */
const IMPATIENT = { headersMs: 40, totalMs: 80 };
const PATIENT = { headersMs: 60_000, totalMs: 120_000 };

const issuerAdapters: readonly IssuerAdapter[] = [
  planetscaleIssuer,
  passwordIssuer,
  roleIssuer,
  gitlabTokenIssuer,
  awsIamIssuer,
];
const sinkAdapters = { github: githubSink, gitlab: gitlabSink, circleci: circleciSink };

export interface TrialOptions extends Required<Pick<Row, 'sinks' | 'layout' | 'isApp'>> {
  readonly credential: Credential;
}

/** One rotation over a fresh world, run as often as one likes. */
export class Trial {
  readonly sandbox: Sandbox;
  readonly credential: Credential;
  /** The token that is replaced. */
  readonly old: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  /** Everything that came out: reports, progress, errors. */
  readonly said: string[] = [];
  /** How many calls something happened to. */
  hits = 0;
  readonly #urlOf: (provider: string) => string;
  readonly #expired: string;
  readonly #sinks: readonly string[];
  readonly #layout: Layout;
  readonly #random = seededRandom(7);

  constructor(
    sandbox: Sandbox,
    clock: VirtualClock,
    urlOf: (provider: string) => string,
    expired: string,
    { credential, sinks, layout, isApp }: TrialOptions,
  ) {
    this.sandbox = sandbox;
    this.credential = credential;
    this.old = oldOf(credential, sandbox).id;
    this.clock = clock;
    this.store = memoryStore({ clock });
    this.#urlOf = urlOf;
    this.#expired = expired;
    this.#sinks = sinks;
    const names = isOther(credential) ? credential.names('pair') : NAMES;
    this.#layout =
      layout === 'pair' ? { kind: 'pair', names } : { kind: 'slots', names: NAMES, slot: SLOT };
    const env = { ...sandbox.env, ...(isApp && appEnv) };
    this.env = Object.fromEntries(
      Object.entries(env).map(([name, value]) => {
        const provider = Object.entries(sandbox.urls).find(([, url]) => value.startsWith(url));
        return [name, provider ? value.replace(provider[1], urlOf(provider[0])) : value];
      }),
    );
  }

  /** Runs the rotation once, while these things happen. */
  async rotate(aims: readonly Aim[] = [], wait = false): Promise<RotationReport> {
    return this.with(aims, async ({ issuer, sinks }) => {
      const report = await rotate(
        {
          name: 'ci',
          issuer,
          sinks,
          layout: this.#layout,
          policy: { maxAge: 90 * 86_400_000, grace: 0, settle: 120_000 },
          permissions: 'copy',
          replaces: this.old,
          allowMissingNames: true,
          wait,
        },
        {
          store: this.store,
          clock: this.clock,
          random: this.#random,
          owner: 'matrix@here',
          signal: new AbortController().signal,
          observe: (progress) => this.#note(progress),
        },
      );
      this.#note(report);
      return report;
    });
  }

  /** Opens the adapters, and lets these things happen to what they ask for. */
  async with<Result>(
    aims: readonly Aim[],
    use: (opened: {
      readonly issuer: TokenIssuer;
      readonly sinks: readonly SecretSink[];
      readonly context: AdapterContext;
    }) => Promise<Result>,
  ): Promise<Result> {
    const open: HttpFetch[] = [];
    const make = (deadlines: typeof PATIENT): HttpFetch => {
      const made = createFetch({ clock: this.clock, random: this.#random, env: {}, deadlines });
      open.push(made);
      return made;
    };
    const patient = make(PATIENT);
    const impatient = make(IMPATIENT);
    const seen = aims.map(() => 0);
    const fetch = (asked: string, init: FetchInit = {}): Promise<Response> => {
      const url = this.#fronted(asked);
      const act = this.#actFor(aims, seen, url, init);
      if (act === undefined) return patient(url, init);
      this.hits++;
      if (act.type === 'expired')
        return patient(url.replace(/^http:\/\/[^/]+/, this.#expired), init);
      const isSlow = act.type === 'silence' || (act.type === 'body' && act.body === 'drip');
      const headers = { ...init.headers, [FAULT]: JSON.stringify(act) };
      return (isSlow ? impatient : patient)(url, { ...init, headers });
    };
    const { clock, env } = this;
    const context: AdapterContext = {
      env,
      fetch,
      clock,
      random: this.#random,
      directory: '/nowhere',
      allow: new Set(),
    };
    try {
      const { kind, ...options } = this.credential.issuer;
      const issuer = await issuerAdapters.find((one) => one.kind === kind)?.open(options, context);
      if (issuer === undefined) throw new Error(`there is no issuer ${kind}`);
      const sinks = await Promise.all(
        this.#sinks.map((target) =>
          sinkAdapters[target.split(':')[0] as 'github'].open(target, context),
        ),
      );
      return await use({ issuer, sinks, context });
    } catch (error) {
      this.#note(error);
      throw error;
    } finally {
      await Promise.all(open.map((one) => one.close()));
    }
  }

  /** A host that a server names is not that of its front. */
  #fronted(url: string): string {
    const found = Object.entries(this.sandbox.urls).find(([, real]) => url.startsWith(`${real}/`));
    return found === undefined ? url : url.replace(found[1], this.#urlOf(found[0]));
  }

  #actFor(aims: readonly Aim[], seen: number[], url: string, init: FetchInit): Act | undefined {
    const { method = 'GET', headers = {}, body = '' } = init;
    const { authorization = '' } = headers;
    for (const [i, aim] of aims.entries()) {
      const base = this.#urlOf(aim.provider);
      if (aim.method !== method || !url.startsWith(base)) continue;
      if (!aim.path.test(url.slice(base.length)) || aim.as?.test(authorization) === false) continue;
      if (aim.body?.test(body) === false) continue;
      const nth = (seen[i] = (seen[i] ?? 0) + 1);
      if (nth > (aim.after ?? 0) && nth <= (aim.after ?? 0) + (aim.times ?? Infinity))
        return aim.act;
    }
    return undefined;
  }

  #note(value: unknown): void {
    this.said.push(
      inspect(value, { depth: Infinity, showHidden: true }),
      JSON.stringify(value) ?? '',
    );
  }
}
