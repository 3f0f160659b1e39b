import { applyRecords, emptyState } from '@keyturn/core/unstable';

import { Teller } from '../../src/history/tell.ts';
import { findingsOf } from '../../../host/src/status/findings.ts';
import { statusPage } from '../../src/status/page/page.ts';
import { rotationStatus } from '../../../host/src/status/rotation-status.ts';
import { recordsOf, Story } from './ledgers.ts';

const NOW = Date.parse('2026-11-24T09:30:00Z');
const DAY = 86_400_000;

/** The page of a rotation whose every name and text would be markup, if it were not escaped. */
export function hostilePage(): string {
  const name = '<script>alert(1)</script>';
  const sink = `exec:"><img src=x onerror=alert(2)>'\u202E\u001B[31m</td></table><h1>`;
  const token = `'"--><base href=//evil><a onmouseover=alert(3)>`;
  const told = new Story(name, [sink, `${sink}2`], NOW)
    .adopted(token, 90)
    .rotated(`${token}2`, token, 20)
    .at(3, { type: 'drifted', sink, holds: ['</style><iframe>'] })
    .at(2, { type: '</title><object>', token } as never);
  const records = recordsOf(told);
  const teller = new Teller();
  for (const record of records) teller.add(record);
  const status = rotationStatus(
    {
      name,
      policy: { maxAge: 10 * DAY, grace: DAY, settle: 120_000 },
      layout: { kind: 'joined', name: 'BOTH' },
      sinks: told.sinks.map((id) => ({ id, supports: { atomic: true } })),
    },
    applyRecords(emptyState, records.slice(0, -1)),
    NOW,
  );
  const { stories, omitted, rotated, lastRotatedAt } = teller;
  const history = {
    name,
    records: records.length,
    stories,
    omitted,
    rotated,
    lastRotatedAt,
    error: undefined,
  };
  const findings = findingsOf(status, `keyturn rotate ${name}`, NOW);
  return statusPage([{ name, status, findings, error: undefined, history }], NOW);
}
