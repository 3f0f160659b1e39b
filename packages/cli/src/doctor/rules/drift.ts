import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { listed } from '@keyturn/host/text';

const { fine, wrong } = about('drift');

/** Whether somebody else ended, overwrote or removed what is in use. */
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
      yield wrong(
        'other-account',
        `${rotation}: its tokens are of ${otherAccount}, and the configuration says another account: no run does anything`,
        'Change it back, or give the rotation another name: then it begins anew there, and the old tokens stay as they are.',
      );
    const run = `keyturn rotate ${rotation}`;
    const fix = heals
      ? `Run ${run}: it replaces the token.`
      : `Find out who did it. To replace the token everywhere: ${run} --force`;
    if (isMissing)
      yield wrong(
        'drift',
        `${rotation}: the token in use, ${token}, was deleted at its issuer: jobs that read it fail`,
        copies ? `List token.permissions in the configuration first. ${fix}` : fix,
      );
    for (const [ids, what] of [
      [overwritten, 'overwritten'],
      [removed, 'removed'],
    ] as const)
      if (ids.length > 0)
        yield {
          ...wrong(
            'drift',
            `${rotation}: what keyturn wrote to ${listed(ids)} was ${what} by somebody else`,
            fix,
          ),
          sinks: ids,
        };
  }
  const unchanged = looks.filter(
    (one) => !one.isMissing && one.overwritten.length + one.removed.length === 0 && one.looked > 0,
  );
  if (unchanged.length > 0)
    yield fine(
      'drift',
      `${listed(unchanged.map(({ rotation }) => rotation))}: the sinks show what keyturn wrote`,
    );
}
