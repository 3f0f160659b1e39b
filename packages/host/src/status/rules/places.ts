import { shellWord } from '@keyturn/core';
import type { Finding } from '../finding.ts';
import {
  alsoElsewhere,
  heldStill,
  leftBehind as leftBehindText,
  placeText,
  unseenNames,
} from '../../messages.ts';
import type { FormerSink } from '../former.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { note, warning, withFlag } from './make.ts';

/** Tokens that stay valid because a place might hold them, and what to do. */
export function places(status: RotationStatus, command: string): Finding[] {
  const { name, kept, formerSinks, current } = status;
  const former = new Map(formerSinks.map((one) => [one.id, one]));
  const found = kept
    .filter(({ reason }) => reason === 'held' || reason === 'settling' || reason === 'unseen')
    .flatMap(({ id, sinks }) => {
      const where = sinks.flatMap((sink) => former.get(sink) ?? []);
      const near = where.filter(({ why }) => why === 'elsewhere');
      const left = where.filter(({ why }) => why !== 'elsewhere');
      if (where.length === 0) return [note('left-behind', heldStill(id, sinks))];
      return [
        ...(left.length > 0 ? [leftBehind(name, id, left)] : []),
        ...(near.length > 0 ? [unseen(id, near, command)] : []),
      ];
    });
  // The next token replaces it; until then, there is nothing to do.
  const still = formerSinks.filter(
    ({ why, mayHold }) =>
      (why === 'names' || why === 'place') && current !== null && mayHold.includes(current.id),
  );
  if (current !== null && still.length > 0)
    found.push(note('left-behind', alsoElsewhere(current.id, still.map(placeText))));
  return found;
}

const MOST_LINES = 3;

function leftBehind(rotation: string, token: string, left: readonly FormerSink[]): Finding {
  const lines = left
    .slice(0, MOST_LINES)
    .map(({ id }) => `keyturn forget ${shellWord(rotation)} --sink ${shellWord(id)}`)
    .join(' and ');
  const isRemoved = left.every(({ why }) => why === 'left');
  return warning('left-behind', leftBehindText(token, left.map(placeText), isRemoved, lines));
}

function unseen(token: string, near: readonly FormerSink[], command: string): Finding {
  const allowed = withFlag(command, '--allow missing-names');
  return warning('unseen', unseenNames(token, near.map(placeText), allowed));
}
