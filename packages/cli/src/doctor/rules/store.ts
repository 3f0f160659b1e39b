import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';

const { fine, note, warn, failed } = about('store');

/** Whether ledgers can be written, are intact, and are locked. */
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
    yield warn('store', say.storeWarned(where, warning));
  if (ledgers.error !== undefined) {
    yield failed('store', ledgers.error);
    return;
  }
  const broken = ledgers.value.flatMap(({ records }) => records.error ?? []);
  for (const problem of broken) yield failed('ledger', problem);
  const records = ledgers.value.reduce((sum, ledger) => sum + (ledger.records.value ?? 0), 0);
  const isSound = report?.error === undefined && (report?.value?.problems ?? []).length === 0;
  if (isSound && broken.length === 0)
    yield fine('store', say.storeWritable(where, ledgers.value.length, records));
  for (const [holder, rotations] of byHolder(ledgers.value))
    yield note('lock', say.runUnderWay(rotations, holder));
}

function byHolder(
  ledgers: readonly { readonly rotation: string; readonly holder?: string }[],
): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (const { rotation, holder } of ledgers)
    if (holder !== undefined) holders.set(holder, [...(holders.get(holder) ?? []), rotation]);
  return holders;
}
