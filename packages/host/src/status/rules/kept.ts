import { shellWord } from '@keyturn/core';
import type { Finding } from '../finding.ts';
import {
  graceOver,
  keptTooLong,
  leakedAndValid,
  tokenDisabled,
  tokenUnconfirmed,
  tokenUndeployed,
} from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { DAY, note, problem, warning, withFlag } from './make.ts';

/** Findings about tokens that were replaced, or leaked, and are still valid. */
export function kept(status: RotationStatus, command: string, run: string, now: number): Finding[] {
  return [
    ...leaked(status, run),
    ...unnamed(status, command),
    ...paused(status),
    ...free(status, run, now),
  ];
}

/** Tokens that can be enabled again, and those that jobs use until a deployment. */
function paused({ kept: tokens, name }: RotationStatus): Finding[] {
  return tokens.flatMap(({ id, reason, sinks }) => {
    if (reason === 'disabled') return [note('disabled', tokenDisabled(id, name))];
    return reason === 'undeployed' ? [note('undeployed', tokenUndeployed(id, sinks, name))] : [];
  });
}

function leaked({ leaked: tokens }: RotationStatus, run: string): Finding[] {
  if (tokens.length === 0) return [];
  return [problem('leaked', leakedAndValid(tokens, run))];
}

function unnamed({ kept: tokens }: RotationStatus, command: string): Finding[] {
  return tokens
    .filter(({ reason }) => reason === 'unnamed')
    .map(({ id }) =>
      warning('unnamed', tokenUnconfirmed(id, withFlag(command, `--replaces ${shellWord(id)}`))),
    );
}

/** Tokens that only wait for time, or for a run. */
function free(
  { kept: tokens, graceUntil, revokedAtTheLatest }: RotationStatus,
  run: string,
  now: number,
): Finding[] {
  const ids = tokens
    .filter(({ reason }) => reason === 'grace' || reason === 'ending')
    .map(({ id }) => id);
  if (ids.length === 0 || graceUntil === null || revokedAtTheLatest === null) return [];
  const over = now - Date.parse(revokedAtTheLatest);
  if (over > DAY) return [problem('kept-too-long', keptTooLong(ids, over, run))];
  if (now < Date.parse(graceUntil)) return [];
  return [warning('grace-over', graceOver(ids, over < 0, run))];
}
