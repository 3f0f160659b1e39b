import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';

const { fine, wrong } = about('drift');

/** Whether current tokens were deleted, overwritten or removed outside keyturn. */
export function* drift({ drift: looks }: Evidence): Generator<Diagnosis> {
  for (const {
    rotation,
    heals,
    copies,
    token,
    isMissing,
    overwritten,
    removed,
    otherAccount,
  } of looks) {
    if (otherAccount !== undefined)
      yield wrong('other-account', say.otherAccount(rotation, otherAccount));
    const fix = say.driftFix(heals, rotation);
    if (isMissing) yield wrong('drift', say.tokenDeleted(rotation, token, copies, fix));
    for (const [ids, what] of [
      [overwritten, 'overwritten'],
      [removed, 'removed'],
    ] as const)
      if (ids.length > 0)
        yield { ...wrong('drift', say.sinksChanged(rotation, ids, what, fix)), sinks: ids };
  }
  const unchanged = looks.filter(
    (one) => !one.isMissing && one.overwritten.length + one.removed.length === 0 && one.looked > 0,
  );
  if (unchanged.length > 0)
    yield fine('drift', say.nothingDrifted(unchanged.map(({ rotation }) => rotation)));
}
