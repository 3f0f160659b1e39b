import { numberInvalid } from '../messages.ts';

/** Options of every command of a fleet. */
export interface FleetFlags {
  readonly config?: string;
  readonly configs?: string;
  readonly allow?: readonly string[];
  readonly json?: boolean;
}

/** A whole number of an option, within limits. */
export function numberOf(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw numberInvalid(option, text, least, most);
}
