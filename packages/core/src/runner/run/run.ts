import { KeyturnError } from '../../contracts/errors.ts';
import type { TokenIssuer } from '../../contracts/issuer.ts';
import type { CallOptions } from '../../contracts/runtime.ts';
import type { SecretSink } from '../../contracts/sink.ts';
import { layoutAt, type Layout } from '../../layout/layout.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { identityOf, placeOf, type SinkPlace } from '../../ledger/place.ts';
import type { Intent, Memory } from '../../machine/intent.ts';
import { intentOf, type Spans } from './intent.ts';
import { nothingLearned, type Learned } from './learned.ts';
import { reconcile } from './reconcile.ts';
import type { RotationRequest, RotationRuntime } from './request.ts';
import { sinkFor } from './slots.ts';
import { Stamping } from './stamping.ts';

/** What one run has to work with, and what it has learned. Only the loop replaces that. */
export class Run {
  readonly request: RotationRequest;
  readonly runtime: RotationRuntime;
  readonly ledger: Ledger;
  readonly sinks: ReadonlyMap<string, SecretSink>;
  readonly spans: Spans;
  /** For every request: aborted a bounded time after the interrupt, or once the lock is lost. */
  readonly call: CallOptions;
  /** What is read of deliveries beside the steps that follow them. */
  readonly stamping = new Stamping();
  learned: Learned;

  constructor(
    request: RotationRequest,
    runtime: RotationRuntime,
    ledger: Ledger,
    call: CallOptions,
    spans: Spans,
  ) {
    this.request = request;
    this.runtime = runtime;
    this.ledger = ledger;
    this.call = call;
    this.spans = spans;
    this.sinks = new Map(
      request.sinks.map((sink) => [sink.id, sinkFor(this.layout(sink.id), sink)]),
    );
    this.learned = nothingLearned(request.issuer, intentOf(request, spans.policy));
  }

  get issuer(): TokenIssuer {
    return this.learned.issuer;
  }

  get intent(): Intent {
    return this.learned.intent;
  }

  get memory(): Memory {
    return this.learned.memory;
  }

  /** How a sink of the rotation stores the credential. */
  layout(id: string): Layout {
    return layoutAt(this.request, id);
  }

  /** Which places the sinks are, as far as it is known. */
  get places(): ReadonlyMap<string, SinkPlace> {
    const places = this.request.sinks.map(({ id }) => [id, this.place(id)] as const);
    return new Map(places.flatMap(([id, place]) => (place === undefined ? [] : [[id, place]])));
  }

  place(id: string): SinkPlace | undefined {
    const sink = this.sinks.get(id);
    return sink && placeOf(sink, this.layout(id), this.learned.things.get(id));
  }

  /** Records what the configuration means otherwise than the ledger knew. */
  async reconcile(): Promise<void> {
    const events = reconcile(this.ledger.state, identityOf(this.issuer), this.places);
    if (events.length > 0) await this.ledger.append(...events);
  }

  get interrupted(): boolean {
    return this.runtime.signal.aborted || this.ledger.signal.aborted;
  }
}

/** Passes our own errors on; anything else is a bug, and is thrown as what it is. */
export function asKeyturnError(error: unknown): KeyturnError {
  if (KeyturnError.is(error)) return error;
  throw error;
}
