import type { Finding } from '../finding.ts';
import { listed, roughly } from '../../text/words.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { DAY, problem, warning, withFlag } from './make.ts';

/** What stands out about tokens that were replaced, or leaked, and are still valid. */
export function kept(status: RotationStatus, command: string, run: string, now: number): Finding[] {
  return [...leaked(status, run), ...unnamed(status, command), ...free(status, run, now)];
}

function leaked({ leaked: tokens }: RotationStatus, run: string): Finding[] {
  if (tokens.length === 0) return [];
  return [problem('leaked', `${listed(tokens)} leaked and is still valid`, run)];
}

function unnamed({ kept: tokens }: RotationStatus, command: string): Finding[] {
  return tokens
    .filter(({ reason }) => reason === 'unnamed')
    .map(({ id }) =>
      warning(
        'unnamed',
        `${id} stays valid: nobody on this machine has said that it is this rotation's`,
        `If it is: ${withFlag(command, `--replaces ${id}`)}`,
      ),
    );
}

/** Nothing but time, or a run, stands before their end. */
function free(
  { kept: tokens, graceUntil, revokedAtTheLatest }: RotationStatus,
  run: string,
  now: number,
): Finding[] {
  const ids = tokens.filter(({ reason }) => reason === 'grace').map(({ id }) => id);
  if (ids.length === 0 || graceUntil === null || revokedAtTheLatest === null) return [];
  const over = now - Date.parse(revokedAtTheLatest);
  if (over > DAY)
    return [
      problem(
        'kept-too-long',
        `${listed(ids)}: replaced, and still valid ${roughly(over)} after its grace`,
        run,
      ),
    ];
  if (now < Date.parse(graceUntil)) return [];
  const unless = over < 0 ? ' if it is not used any more' : '';
  return [
    warning(
      'grace-over',
      `the grace is over, and the next run revokes ${listed(ids)}${unless}`,
      run,
    ),
  ];
}
