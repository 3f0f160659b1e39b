import type { Finding } from '../finding.ts';
import { listed } from '../../text/words.ts';
import { placeText, type FormerSink } from '../former.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning, withFlag } from './make.ts';

/** Tokens that stay valid for a place that may hold them, and what ends that. */
export function places(status: RotationStatus, command: string): Finding[] {
  const { name, kept, formerSinks, current } = status;
  const former = new Map(formerSinks.map((one) => [one.id, one]));
  const found = kept
    .filter(({ reason }) => reason === 'held' || reason === 'settling' || reason === 'unseen')
    .flatMap(({ id, sinks }) => {
      const where = sinks.flatMap((sink) => former.get(sink) ?? []);
      const near = where.filter(({ why }) => why === 'elsewhere');
      const left = where.filter(({ why }) => why !== 'elsewhere');
      if (where.length === 0)
        return [note('left-behind', `${id} stays valid as long as ${listed(sinks)} may hold it`)];
      return [
        ...(left.length > 0 ? [leftBehind(name, id, left)] : []),
        ...(near.length > 0 ? [unseen(id, near, command)] : []),
      ];
    });
  // It is replaced with the next token; until then nobody has to do anything.
  const still = formerSinks.filter(
    ({ why, mayHold }) =>
      (why === 'names' || why === 'place') && current !== null && mayHold.includes(current.id),
  );
  if (current !== null && still.length > 0)
    found.push(
      note(
        'left-behind',
        `${current.id} may be in ${listed(still.map(placeText))} too, which the configuration does not mean any more`,
      ),
    );
  return found;
}

const MOST_LINES = 3;

function leftBehind(rotation: string, token: string, left: readonly FormerSink[]): Finding {
  const lines = left
    .slice(0, MOST_LINES)
    .map(({ id }) => `keyturn forget ${rotation} --sink '${id}'`)
    .join(' and ');
  const gone = left.every(({ why }) => why === 'left');
  const what = gone
    ? `${listed(left.map(placeText))} left the configuration and may hold it`
    : `${listed(left.map(placeText))}, which the configuration does not mean any more, may hold it`;
  const first = gone
    ? 'Put it back, or make sure that it holds nothing and run'
    : 'Once no job reads it there, run';
  return warning('left-behind', `${token} stays valid: ${what}`, `${first} ${lines}.`);
}

function unseen(token: string, near: readonly FormerSink[], command: string): Finding {
  return warning(
    'unseen',
    `${token} stays valid: jobs may read it under ${listed(near.map(placeText))}`,
    `Once no job reads it under another name: ${withFlag(command, '--allow missing-names')}`,
  );
}
