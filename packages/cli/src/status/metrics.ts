import { printable } from '@keyturn/core';
import { phases } from '@keyturn/core/unstable';

import type { Measured } from './measure.ts';
import { openMetrics, type Family, type Sample } from './open-metrics.ts';
import type { RotationStatus } from '@keyturn/host/status';

/**
 * What a monitor keeps of the rotations, as OpenMetrics text. The phase is told like a state set, yet as a gauge: collectors of the
 * older format refuse a whole file for a type that they do not know.
 */
export function metricsText(measured: readonly Measured[]): string {
  return openMetrics(familiesOf(measured));
}

function familiesOf(measured: readonly Measured[]): Family[] {
  const each = (samples: (one: Measured) => readonly Sample[]): Sample[] =>
    measured.flatMap((one) =>
      samples(one).map(
        ([labels, value]) => [{ rotation: printable(one.name), ...labels }, value] as const,
      ),
    );
  const known = (samples: (status: RotationStatus) => readonly Sample[]): Sample[] =>
    each(({ status }) => (status === undefined ? [] : samples(status)));
  const gauge = (name: string, help: string, samples: Sample[]): Family => ({
    name: `keyturn_${name}`,
    type: 'gauge',
    help,
    samples,
  });
  return [
    gauge(
      'ledger_readable',
      'Whether the ledger can be read and its chain of hashes is whole.',
      each(({ error }) => [[{}, error === undefined]]),
    ),
    gauge(
      'token_age_seconds',
      'Age of the current token.',
      known(({ ageMs }) => [[{}, seconds(ageMs)]]),
    ),
    gauge(
      'token_max_age_seconds',
      'Age at which the current token is replaced.',
      known(({ maxAgeMs }) => [[{}, seconds(maxAgeMs)]]),
    ),
    gauge(
      'token_expiry_timestamp_seconds',
      'When the current token expires by itself.',
      known(({ current }) => [[{}, timestamp(current?.expiresAt)]]),
    ),
    gauge(
      'token_due_timestamp_seconds',
      'When the current token is to be replaced.',
      known(({ nextDueAt }) => [[{}, timestamp(nextDueAt)]]),
    ),
    gauge(
      'rotation_due',
      'Whether the next run asks for a new token.',
      known(({ due }) => [[{}, due !== null]]),
    ),
    gauge(
      'rotation_phase',
      'Where the rotation stands: 1 for the phase that it is in.',
      known(({ phase }) => phases.map((one) => [{ phase: one }, one === phase] as const)),
    ),
    gauge(
      'rotation_findings',
      'What stands out in the rotation, by severity.',
      each(({ findings }) =>
        (['problem', 'warning', 'note'] as const).map(
          (severity) =>
            [
              { severity },
              findings.filter((finding) => finding.severity === severity).length,
            ] as const,
        ),
      ),
    ),
    gauge(
      'sinks',
      'Sinks by whether they have the current token and nothing else.',
      known(({ sinks }) => {
        const fit = sinks.filter(({ inStep }) => inStep).length;
        return [
          [{ in_step: 'true' }, fit],
          [{ in_step: 'false' }, sinks.length - fit],
        ];
      }),
    ),
    gauge(
      'sinks_drifted',
      'Sinks that somebody else overwrote or emptied, as the last look showed.',
      known(({ sinks }) => [[{}, sinks.filter(({ drift }) => drift !== null).length]]),
    ),
    gauge(
      'token_missing',
      'Whether somebody else deleted the current token at its issuer.',
      known(({ missing }) => [[{}, missing !== null]]),
    ),
    gauge(
      'retry_timestamp_seconds',
      'When a sink that refused the last token is given another one.',
      known(({ retryAt }) => [[{}, timestamp(retryAt)]]),
    ),
    gauge(
      'tokens_kept',
      'Replaced tokens that are still valid.',
      known(({ kept }) => [[{}, kept.length]]),
    ),
    gauge(
      'grace_end_timestamp_seconds',
      'When a later run can revoke what was replaced.',
      known(({ graceUntil }) => [[{}, timestamp(graceUntil)]]),
    ),
    gauge(
      'rotation_last_timestamp_seconds',
      'When a new token was last in every sink.',
      each(({ history }) => [[{}, timestamp(history.lastRotatedAt)]]),
    ),
    {
      name: 'keyturn_rotations',
      type: 'counter',
      help: 'Rotations that brought a new token into every sink.',
      samples: each(({ history: { rotated } }) => [[{}, rotated]]),
    },
  ];
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}

function timestamp(iso: string | null | undefined): number | null {
  return iso === null || iso === undefined ? null : Date.parse(iso) / 1000;
}
