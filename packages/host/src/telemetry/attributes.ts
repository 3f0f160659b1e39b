import type { Observation } from '@keyturn/http';

import type { MeasuredReport } from '../run/report.ts';

/** Values that both spans and metrics take. Nothing in them is secret, and no URL has its query. */
export type Flat = Readonly<Record<string, string | number>>;

/** The result of a rotation. */
export function rotationAttributes({ name, outcome, reason }: MeasuredReport): Flat {
  return {
    'keyturn.rotation': name,
    'keyturn.outcome': outcome,
    ...(reason !== undefined && { 'keyturn.reason': reason }),
  };
}

/** Source of the names: OpenTelemetry semantic conventions for HTTP client spans, 1.23 and later. */
export function requestAttributes(
  kind: string,
  observation: Observation,
): Flat & {
  readonly 'url.full': string;
} {
  const { method, url, status, attempt } = observation;
  const { hostname, port, protocol } = new URL(url);
  return {
    'keyturn.adapter': kind,
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'url.full': url,
    ...(status === undefined
      ? { 'error.type': 'no response' }
      : { 'http.response.status_code': status }),
    ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
  };
}
