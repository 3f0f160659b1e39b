import type { KeyturnError, Progress } from '@keyturn/core';
import type * as Api from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';

import type { MeasuredReport } from '../run/report.ts';
import { isDone } from '../run/report.ts';
import type { RequestListener } from '../session/connections.ts';
import type { Session } from '../session/session.ts';
import { requestAttributes, rotationAttributes } from './attributes.ts';

/** Spans and metrics of one run. Without an SDK in the process, none of it does anything. */
export interface Telemetry {
  /** Does the work within a span of the rotation, so that what is traced inside of it belongs there. */
  readonly within: (
    rotation: string,
    work: () => Promise<MeasuredReport>,
  ) => Promise<MeasuredReport>;
  readonly observe: (progress: Progress) => void;
  /** Ends the span of the run and sends, for a bounded time, what the SDK still has. */
  readonly end: () => Promise<void>;
}

/** Where `@opentelemetry/api` 1.x keeps what an SDK registers. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** A session may have many runs, and its requests are told once. */
const listened = new WeakSet<Session>();

interface Registry {
  readonly trace?: unknown;
  readonly metrics?: unknown;
}

/** Milliseconds that a run waits for the exporters at its end. */
const MOST_FLUSH = 5000;

export const noTelemetry: Telemetry = {
  within: (_, work) => work(),
  observe: () => {},
  end: () => Promise.resolve(),
};

/** Telemetry for the run of a session, if the process has registered an SDK; otherwise, not even the API is loaded. */
export async function openTelemetry(session: Session): Promise<Telemetry> {
  const { trace, metrics } = (globalThis as { [REGISTERED]?: Registry })[REGISTERED] ?? {};
  if (trace === undefined && metrics === undefined) return noTelemetry;
  const api = await import('@opentelemetry/api').catch(() => undefined);
  return api === undefined ? noTelemetry : telemetryOf(api, session);
}

function telemetryOf(api: typeof Api, session: Session): Telemetry {
  const { context, metrics, trace, SpanKind, SpanStatusCode } = api;
  const { clock, signal } = session.surroundings;
  const tracer = trace.getTracer('keyturn');
  const meter = metrics.getMeter('keyturn');
  const rotations = meter.createCounter('keyturn.rotations', {
    description: 'Rotations that a run has ended, by outcome',
  });
  const duration = meter.createHistogram('keyturn.rotation.duration', { unit: 's' });
  const requests = meter.createHistogram('http.client.request.duration', { unit: 's' });
  const run = tracer.startSpan('keyturn.run');
  const inRun = trace.setSpan(context.active(), run);
  const open = new Map<string, { readonly span: Span; readonly inside: Context; step?: Span }>();

  const onRequest: RequestListener = (kind, observation) => {
    const now = clock.now();
    const { status, milliseconds } = observation;
    const attributes = requestAttributes(kind, observation);
    const active = context.active();
    const parent = trace.getSpan(active) === undefined ? inRun : active;
    const options = { kind: SpanKind.CLIENT, attributes, startTime: now - milliseconds };
    const span = tracer.startSpan(observation.method, options, parent);
    if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(now);
    const { 'url.full': _, ...measured } = attributes;
    requests.record(milliseconds / 1000, measured);
  };
  if (!listened.has(session)) session.onRequest(onRequest);
  listened.add(session);

  const failed = (span: Span, { code, message }: Pick<KeyturnError, 'code' | 'message'>): void => {
    span.setAttribute('error.type', code);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  };
  const note = (span: Span, report: MeasuredReport, attributes: Attributes): void => {
    span.setAttributes(attributes);
    if (report.error !== undefined) failed(span, report.error);
    else if (!isDone(report)) span.setStatus({ code: SpanStatusCode.ERROR });
  };
  return {
    async within(rotation, work) {
      const attributes = { 'keyturn.rotation': rotation };
      const span = tracer.startSpan('keyturn.rotation', { attributes }, inRun);
      const inside = trace.setSpan(inRun, span);
      open.set(rotation, { span, inside });
      try {
        const report = await context.with(inside, work);
        const ended = rotationAttributes(report);
        note(span, report, ended);
        const { 'keyturn.reason': _, ...measured } = ended;
        rotations.add(1, measured);
        duration.record(report.durationMs / 1000, measured);
        return report;
      } finally {
        open.get(rotation)?.step?.end();
        open.delete(rotation);
        span.end();
      }
    },
    observe(progress) {
      const one = open.get(progress.rotation);
      if (one === undefined) return;
      if (progress.type === 'step') {
        one.step?.end();
        one.step = tracer.startSpan(`keyturn.step ${progress.step.type}`, {}, one.inside);
      } else if (progress.type === 'event') {
        one.span.addEvent(progress.event.type);
      } else {
        const { code, message } = progress.error;
        const attributes = { 'keyturn.sink': progress.sink, 'error.type': code, message };
        one.span.addEvent('sink failed', attributes);
      }
    },
    async end() {
      run.end();
      const ends = [trace.getTracerProvider(), metrics.getMeterProvider()].map(flush);
      await Promise.race([Promise.all(ends), clock.sleep(MOST_FLUSH, signal).catch(() => {})]);
    },
  };
}

/** Providers of an SDK can be flushed, which the API does not say. A proxy stands for the one that is registered. */
async function flush(provider: object): Promise<void> {
  const delegate = 'getDelegate' in provider ? (provider.getDelegate as () => object)() : provider;
  if (!('forceFlush' in delegate)) return;
  // Telemetry that cannot be sent is no failure of the run; the SDK reports it itself.
  await (delegate.forceFlush as () => Promise<void>)().catch(() => {});
}
