import { printable } from '@keyturn/core';
import { phases } from '@keyturn/core/unstable';

import type { Measured } from './measure.ts';
import { openMetrics, type Family, type Sample } from './open-metrics.ts';
import type { RotationStatus } from '@keyturn/host/status';

/**
 * The rotations as OpenMetrics text. The phase has the form of a state set but the type of a gauge: collectors of the older format
 * reject a whole file with an unknown type.
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
      'Whether the ledger is readable and its hash chain is intact.',
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
      'When the current token expires.',
      known(({ current }) => [[{}, timestamp(current?.expiresAt)]]),
    ),
    gauge(
      'token_due_timestamp_seconds',
      'When the current token is due to be replaced.',
      known(({ nextDueAt }) => [[{}, timestamp(nextDueAt)]]),
    ),
    gauge(
      'rotation_due',
      'Whether the next run requests a new token.',
      known(({ due }) => [[{}, due !== null]]),
    ),
    gauge(
      'rotation_phase',
      'The phase of the rotation: 1 for the current phase, 0 for the others.',
      known(({ phase }) => phases.map((one) => [{ phase: one }, one === phase] as const)),
    ),
    gauge(
      'rotation_findings',
      'Findings about the rotation, by severity.',
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
      'Sinks, by whether they contain the current token and no other.',
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
      'Sinks that somebody else overwrote or emptied, according to the last check.',
      known(({ sinks }) => [[{}, sinks.filter(({ drift }) => drift !== null).length]]),
    ),
    gauge(
      'token_missing',
      'Whether somebody else deleted the current token at its issuer.',
      known(({ missing }) => [[{}, missing !== null]]),
    ),
    gauge(
      'retry_timestamp_seconds',
      'When a sink that rejected the last token gets another one.',
      known(({ retryAt }) => [[{}, timestamp(retryAt)]]),
    ),
    gauge(
      'tokens_kept',
      'Replaced tokens that are still valid.',
      known(({ kept }) => [[{}, kept.length]]),
    ),
    gauge(
      'grace_end_timestamp_seconds',
      'When a run can revoke the replaced tokens.',
      known(({ graceUntil }) => [[{}, timestamp(graceUntil)]]),
    ),
    gauge(
      'rotation_last_timestamp_seconds',
      'When a new token last reached every sink.',
      each(({ history }) => [[{}, timestamp(history.lastRotatedAt)]]),
    ),
    {
      name: 'keyturn_rotations',
      type: 'counter',
      help: 'Rotations that delivered a new token to every sink.',
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
