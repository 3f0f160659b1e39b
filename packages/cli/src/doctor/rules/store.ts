import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { count, listed } from '@keyturn/host/text';

const { fine, note, warn, failed } = about('store');

/** Whether ledgers can be written, are whole, and are held by somebody. */
export function* store({ store: { value, error } }: Evidence): Generator<Diagnosis> {
  if (error !== undefined) {
    yield failed('store', error);
    return;
  }
  const { kind, report, ledgers } = value;
  const where = report?.value?.location ?? kind;
  if (report?.error !== undefined) yield failed('store', report.error);
  for (const problem of report?.value?.problems ?? []) yield failed('store', problem);
  for (const warning of report?.value?.warnings ?? [])
    yield warn(
      'store',
      `${where}: ${warning}`,
      'Do that, or keep ledgers elsewhere with KEYTURN_STATE.',
    );
  if (ledgers.error !== undefined) {
    yield failed('store', ledgers.error);
    return;
  }
  const broken = ledgers.value.flatMap(({ records }) => records.error ?? []);
  for (const problem of broken) yield failed('ledger', problem);
  const records = ledgers.value.reduce((sum, ledger) => sum + (ledger.records.value ?? 0), 0);
  const isSound = report?.error === undefined && (report?.value?.problems ?? []).length === 0;
  if (isSound && broken.length === 0)
    yield fine(
      'store',
      ledgers.value.length === 0
        ? `${where} can be written; there is no ledger yet`
        : `${where} can be written; ${count(ledgers.value.length, 'ledger')} with ${count(records, 'record')}, none altered`,
    );
  for (const [holder, rotations] of byHolder(ledgers.value))
    yield note('lock', `${listed(rotations, 3)}: a run is under way by ${holder}`);
}

function byHolder(
  ledgers: readonly { readonly rotation: string; readonly holder?: string }[],
): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (const { rotation, holder } of ledgers)
    if (holder !== undefined) holders.set(holder, [...(holders.get(holder) ?? []), rotation]);
  return holders;
}
