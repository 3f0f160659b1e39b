import { durationInvalid } from '../messages.ts';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/y;

/** A century: no policy needs more, and dates far beyond it cannot be represented. */
const MAXIMUM = 36_525 * UNITS.d;

/**
 * A length of time: a number of milliseconds, or a text with units (ms, s, m, h, d, w) such as `90d`, `1h30m`, `2.5h` or `0`. Not
 * negative, and not more than a century.
 */
export type Duration = number | string;

/**
 * Returns milliseconds.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function parseDuration(duration: Duration): number {
  if (typeof duration === 'number' && duration >= 0 && duration <= MAXIMUM)
    return Math.round(duration);
  const text = String(duration);
  if (text === '0') return 0;
  let total = 0;
  PART.lastIndex = 0;
  while (text.length <= 40 && PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (match === null) break;
    total += Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
    if (PART.lastIndex === text.length && total <= MAXIMUM) return Math.round(total);
  }
  throw durationInvalid(text);
}

/** Formats milliseconds with the two largest units that are not zero: `89d 23h`, `2m`, `0s`. */
export function formatDuration(milliseconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(milliseconds / 1000)) * 1000;
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / UNITS[unit]);
    rest -= count * UNITS[unit];
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}
