import type { Finding } from '../finding.ts';
import { listed, readableTime } from '../../text/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import type { SinkStatus } from '../sink-status.ts';
import { problem, withFlag } from './make.ts';

/** What somebody else did to the token in use, as the last look showed. */
export function drift(status: RotationStatus, command: string): Finding[] {
  const { missing, drift: how, sinks, kept } = status;
  if (how === 'off') return [];
  const fix =
    how === 'heal'
      ? `Run ${command}: it replaces the token.`
      : `Find out who did it. To replace the token everywhere: ${withFlag(command, '--force')}`;
  const found: Finding[] = [];
  if (missing !== null)
    found.push(
      problem(
        'drifted',
        `the token in use, ${missing.token}, was deleted at its issuer by somebody else${since([missing.since])}: jobs that read it fail`,
        missing.isCopied ? `${LIST} ${fix}` : fix,
      ),
    );
  const waiting = kept.filter(({ reason }) => reason === 'drifted').map(({ id }) => id);
  for (const shows of ['overwritten', 'removed'] as const) {
    const some = sinks.filter((sink) => sink.drift?.shows === shows);
    if (some.length === 0) continue;
    const holds =
      shows === 'overwritten' && waiting.length > 0
        ? `; ${listed(waiting)} may be what is there now, and is kept`
        : '';
    found.push(
      problem(
        'drifted',
        `what keyturn wrote to ${listed(some.map(({ id }) => id))} was ${shows} by somebody else${since(some.map(sinceOf))}${holds}`,
        fix,
      ),
    );
  }
  return found;
}

/** Nothing is left that a new token's permissions could be copied from. */
const LIST = 'List token.permissions in the configuration first.';

function sinceOf({ drift: seen }: SinkStatus): string | null {
  return seen?.since ?? null;
}

/** The first that is known. */
function since(times: readonly (string | null)[]): string {
  const [first] = times.filter((time) => time !== null).toSorted();
  return first === undefined ? '' : ` (seen at ${readableTime(first)})`;
}
