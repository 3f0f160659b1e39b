import { KeyturnError } from '../../contracts/errors.ts';
import type { Credential, Permissions, TokenIssuer, TokenRef } from '../../contracts/issuer.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { identityOf, placeOf, type SinkPlace } from '../../ledger/place.ts';
import type { Reason } from '../../machine/due.ts';
import { freshMemory, type Intent, type Memory } from '../../machine/intent.ts';
import type { CallOptions } from '../../contracts/runtime.ts';
import type { SecretSink } from '../../contracts/sink.ts';
import type { RotationRequest, RotationRuntime, SinkOutcome } from './request.ts';
import { reconcile } from './reconcile.ts';
import { sinkFor } from './slots.ts';

/** What one run carries from step to step. All of it dies with the process; the ledger is what stays. */
export class Run {
  readonly request: RotationRequest;
  readonly runtime: RotationRuntime;
  readonly ledger: Ledger;
  /** The request's, or the same one acting with the new token, once the token that it acted with is to be revoked. */
  issuer: TokenIssuer;
  /** What is asked for, without the sinks that the run goes on without. */
  intent: Intent;
  readonly sinks: ReadonlyMap<string, SecretSink>;
  /** For every request: aborted a bounded time after the interrupt, or once the lock is lost. */
  readonly call: CallOptions;
  /** Which thing each sink is, as its check told it, by the sink's id. */
  readonly things = new Map<string, string>();
  /** The labels that the issuer has shown in this run, by the id of the token. */
  readonly labels = new Map<string, string>();
  /** Tokens that are not revoked, since nothing but the ledger says that they are this rotation's. */
  readonly unnamed = new Set<string>();
  /** What each sink's own clock showed during its check. */
  readonly clocks = new Map<string, string>();
  readonly outcomes = new Map<string, SinkOutcome>();
  readonly warnings = new Set<string>();
  /** Labels of lost attempts of which the last look-up failed. */
  readonly unseen = new Set<string>();
  /** Tokens revoked by this run. */
  readonly revoked: string[] = [];
  /** The token that the new one took the place of. */
  previous: TokenRef | undefined;
  memory: Memory = freshMemory;
  /** The plaintext in hand. */
  credential: Credential | undefined;
  /** What the new token is to be granted. */
  permissions: Permissions = [];
  /** What the token to be replaced may do, as the issuer told it. */
  before: Permissions | undefined;
  /** Nothing was done after this, though something was left to do. */
  broken = false;
  /** Why a new token is wanted. */
  reason: Reason | undefined;
  /** A run that may change something would do so. */
  planned = false;
  /** The first thing that went wrong. */
  error: KeyturnError | undefined;
  /** Why nobody knows of a token whether it exists: its answer was lost, or looking for it failed. Told where nothing else went wrong. */
  lost: KeyturnError | undefined;

  constructor(
    request: RotationRequest,
    runtime: RotationRuntime,
    ledger: Ledger,
    call: CallOptions,
  ) {
    this.request = request;
    this.issuer = request.issuer;
    this.runtime = runtime;
    this.ledger = ledger;
    this.call = call;
    this.sinks = new Map(request.sinks.map((sink) => [sink.id, sinkFor(request.layout, sink)]));
    this.intent = intentOf(request);
  }

  /** Which places the sinks are, as far as it is known. */
  get places(): ReadonlyMap<string, SinkPlace> {
    const places = this.request.sinks.map(({ id }) => [id, this.place(id)] as const);
    return new Map(places.flatMap(([id, place]) => (place === undefined ? [] : [[id, place]])));
  }

  place(id: string): SinkPlace | undefined {
    const sink = this.sinks.get(id);
    return sink && placeOf(sink, this.request.layout, this.things.get(id));
  }

  /** Records what the configuration means otherwise than the ledger knew. */
  async reconcile(): Promise<void> {
    const events = reconcile(this.ledger.state, identityOf(this.issuer), this.places);
    if (events.length > 0) await this.ledger.append(...events);
  }

  get interrupted(): boolean {
    return this.runtime.signal.aborted || this.ledger.signal.aborted;
  }

  remember(change: Partial<Memory>): void {
    this.memory = { ...this.memory, ...change };
  }

  /** Goes on as if a filter had left these sinks out. */
  leaveOut(ids: ReadonlySet<string>): void {
    const selected = this.intent.selected.filter((id) => !ids.has(id));
    this.intent = { ...this.intent, selected };
    this.remember({ failedSinks: new Set([...this.memory.failedSinks, ...ids]) });
  }

  fail(error: unknown): KeyturnError {
    const known = asKeyturnError(error);
    // That the lock was lost explains whatever went wrong before it showed.
    if (known.code === 'STATE_LOST') this.error = known;
    else this.error ??= known;
    return known;
  }
}

function intentOf(request: RotationRequest): Intent {
  const { policy, breakGlass, canary, replaces, drift = 'off' } = request;
  const sinks = request.sinks.filter(({ id }) => request.selected?.includes(id) ?? true);
  const isUrgent = breakGlass !== undefined;
  const withCi = sinks.filter((sink) => sink.trial !== undefined).map(({ id }) => id);
  return {
    policy: isUrgent ? { maxAge: policy.maxAge, grace: 0, settle: policy.settle } : policy,
    selected: sinks.map(({ id }) => id),
    configured: request.sinks.map(({ id }) => id),
    ...(replaces !== undefined && { replaces }),
    force: request.force ?? false,
    wait: request.wait ?? false,
    abort: request.abort ?? false,
    drift,
    ...(isUrgent && { breakGlass }),
    ...(canary !== undefined && !isUrgent && { canary: withCi }),
  };
}

/** Passes our own errors on; anything else is a bug, and is thrown as what it is. */
export function asKeyturnError(error: unknown): KeyturnError {
  if (KeyturnError.is(error)) return error;
  throw error;
}
