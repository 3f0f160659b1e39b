import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { startSandbox } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import { openHost } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CONFIG = `
issuer: { kind: planetscale, org: acme }
rotations:
  laptop: { token: { permissions: [read_organization] }, sinks: [env:.env.local] }
  server: { token: { permissions: [read_organization] }, sinks: [env:.env.server] }
  ci: { sinks: [github:acme/web] }
`;

/** An SDK as a program would register it; nothing is exported before a flush. */
function registered() {
  const spans = new InMemorySpanExporter();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(spans, { scheduledDelayMillis: 3_600_000 })],
    }),
  );
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  onTestFinished(async () => {
    await reader.shutdown();
    for (const api of [context, trace, metrics]) api.disable();
  });
  return { spans, exporter };
}

async function ran() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const folder = await temporaryFolder({
    'keyturn.config.yaml': CONFIG,
    '.env.local': '',
    '.env.server': '',
  });
  const host = await openHost({ directory: folder, env: sandbox.env });
  onTestFinished(() => host.close());
  return { reports: await host.run(), sandbox };
}

it('a run is a trace: its rotations, their steps and their requests, none of them with a secret', async () => {
  const { spans, exporter } = registered();
  const { reports, sandbox } = await ran();
  expect(reports.map(({ outcome }) => outcome)).toEqual(['rotated', 'rotated', 'failed']);
  const all = spans.getFinishedSpans();
  const byId = new Map(all.map((span) => [span.spanContext().spanId, span]));
  const above = (span: ReadableSpan | undefined) => byId.get(span?.parentSpanContext?.spanId ?? '');
  const [run] = all.filter(({ name }) => name === 'keyturn.run');
  const rotations = all.filter(({ name }) => name === 'keyturn.rotation');
  const names = rotations.map((span) => span.attributes['keyturn.rotation']);
  expect(new Set(names)).toEqual(new Set(['laptop', 'server', 'ci']));
  for (const rotation of rotations) expect(above(rotation)).toBe(run);
  for (const name of ['laptop', 'server']) {
    const rotation = rotations.find(({ attributes }) => attributes['keyturn.rotation'] === name);
    expect(rotation?.attributes['keyturn.outcome']).toBe('rotated');
    const under = all.filter((span) => above(span) === rotation);
    expect(under.map((span) => span.name)).toEqual(
      expect.arrayContaining(['keyturn.step issue', 'keyturn.step deliver', 'POST']),
    );
    const requests = under.filter((span) => 'http.request.method' in span.attributes);
    const report = reports.find((one) => one.name === name);
    expect(requests).toHaveLength(report?.requests['planetscale'] ?? 0);
    expect(rotation?.events.map((event) => event.name)).toContain('issued');
  }
  const failed = rotations.find(({ attributes }) => attributes['keyturn.rotation'] === 'ci');
  expect(failed).toMatchObject({ attributes: { 'error.type': 'PREDECESSOR_UNKNOWN' } });

  const measured = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics[0]?.metrics);
  const counted = measured.find((metric) => metric?.descriptor.name === 'keyturn.rotations');
  expect(counted?.dataPoints.map(({ value }) => value)).toEqual([1, 1, 1]);
  const text = JSON.stringify([
    measured,
    all.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  ]);
  const tokens = sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? [];
  expect(tokens.length).toBeGreaterThan(3);
  for (const { token } of tokens) expect(text).not.toContain(token);
});

it('nothing of it is loaded in a process without an SDK', async () => {
  const { noTelemetry, openTelemetry } = await import('../../src/telemetry/telemetry.ts');
  expect(await openTelemetry({} as never)).toBe(noTelemetry);
});
