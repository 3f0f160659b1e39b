import type { Plan } from './explore.ts';
import type { Kind } from './play.ts';
import type { Settings } from './state.ts';

/** `KEYTURN_MODEL=large` plays one run more after every history; it takes many minutes. */
const isLarge = process.env['KEYTURN_MODEL'] === 'large';

const small: Settings = {
  sinks: ['model:a', 'model:b'],
  readBack: 'stamp',
  resolution: 1000,
  pace: 0,
  grace: 0,
};

const world = (
  name: string,
  settings: Partial<Settings>,
  ...runs: readonly (readonly Kind[])[]
): { readonly name: string; readonly plan: Plan } => ({
  name,
  plan: {
    settings: { ...small, ...settings },
    runs: isLarge ? [...runs, ['due', 'forced']] : runs,
    mishaps: 1,
  },
});

/** A longer history in which nothing else goes wrong. */
const late = (...given: Parameters<typeof world>): ReturnType<typeof world> => {
  const { name, plan } = world(...given);
  return { name, plan: { ...plan, fates: ['late', 'died late', 'lands first'] } };
};

/** Small worlds that differ in what a default would hide: what is read, how coarse, how fast, and what the user does. */
export const worlds = {
  stamps: world(
    'stamps that are all of one second',
    { sinks: ['model:a'] },
    ['due'],
    ['forced', 'due'],
  ),
  pace: world('two sinks and four seconds between requests', { pace: 4000 }, ['due'], ['forced']),
  names: world(
    'a sink that shows nothing, and names that are edited',
    { sinks: ['model:a'], readBack: 'none' },
    ['due', 'edited'],
    ['edited', 'due'],
  ),
  values: world(
    'values, and a grace',
    { readBack: 'value', grace: 3_600_000 },
    ['due'],
    isLarge ? ['first', 'abort'] : ['abort'],
  ),
  filtered: world('runs that leave a sink out', { readBack: 'none' }, ['due'], ['first']),
  late: late(
    'only what lands late',
    { readBack: 'none' },
    ['due'],
    ['forced'],
    ...(isLarge ? [['due'] as const] : []),
  ),
  candidates: world(
    'an issuer without labels',
    { sinks: ['model:a'], issuer: 'candidates' },
    ['due'],
    ['forced', 'abort'],
  ),
  disabled: world(
    'an issuer whose tokens are disabled first',
    { sinks: ['model:a'], issuer: 'disabled first', grace: 3_600_000 },
    ['due'],
    ['forced', 'due'],
  ),
  given: world(
    'an issuer that gives permissions at creation',
    { sinks: ['model:a'], issuer: 'at creation' },
    ['due'],
    ['forced'],
  ),
  leaked: world(
    'a leaked token that dies first',
    { sinks: ['model:a'] },
    ['due'],
    ['revoke-first', 'due'],
  ),
};
