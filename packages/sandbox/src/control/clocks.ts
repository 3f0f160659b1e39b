import type { Call } from '../http/call.ts';
import { parseBody } from '../http/call.ts';
import type { Clocks, ClockSettings } from '../providers/clocks.ts';
import type { ProviderName } from '../providers/provider.ts';
import { checkKeys, invalid } from './input.ts';

export type AllClocks = Readonly<Record<ProviderName, Clocks>>;

/** What is given of the clocks of some providers; the rest stays as it is. */
export type ClocksChange = Readonly<Partial<Record<ProviderName, Partial<ClockSettings>>>>;

const NUMBERS = ['storageOffsetMs', 'frontOffsetMs', 'resolutionMs', 'readLagMs'];
const FLAGS = ['omitDate', 'omitStamps'];

/** The settings of every provider's clocks. */
export const settingsOf = (clocks: AllClocks): object =>
  Object.fromEntries(Object.entries(clocks).map(([name, { settings }]) => [name, settings]));

export function adjust(clocks: AllClocks, change: ClocksChange): void {
  for (const [name, settings] of Object.entries(change)) {
    const own = clocks[name as ProviderName];
    own.settings = { ...own.settings, ...settings };
  }
}

/** The body of `PUT /clocks`, checked. */
export function clocksBody(call: Call, clocks: AllClocks): ClocksChange {
  const body = checkKeys('the body', parseBody(call), Object.keys(clocks));
  for (const [provider, given] of Object.entries(body)) {
    const settings = checkKeys(provider, given, [...NUMBERS, ...FLAGS]);
    for (const [name, value] of Object.entries(settings)) {
      if (FLAGS.includes(name)) {
        if (typeof value !== 'boolean') invalid(`${provider}.${name} must be true or false`);
      } else if (!Number.isSafeInteger(value) || (value as number) < leastOf(name))
        invalid(`${provider}.${name} must be a whole number${leastText(name)}`);
    }
  }
  return body;
}

function leastOf(name: string): number {
  if (name === 'resolutionMs') return 1;
  return name === 'readLagMs' ? 0 : -Infinity;
}

function leastText(name: string): string {
  const least = leastOf(name);
  return Number.isFinite(least) ? ` from ${least}` : '';
}
