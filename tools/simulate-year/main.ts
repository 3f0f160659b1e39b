// A year of a large fleet, hour by hour: npm run simulate-year -- --rotations 100000
//
// The limits are those of the providers, see docs/scaling.md, where its tables are. Always the same for a seed.
import { parseArgs } from 'node:util';

import { seeded } from './random.ts';
import { breach, roomOf, simulate, type Fleet, type Limits } from './year.ts';

const { values } = parseArgs({
  options: {
    rotations: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    'issuer-per-minute': { type: 'string', default: '600' },
    'issuer-requests': { type: 'string', default: '6' },
    'writes-per-hour': { type: 'string', default: '500' },
    credentials: { type: 'string', default: '4' },
    writes: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '64' },
    seconds: { type: 'string', default: '4' },
  },
});
const number = (name: keyof typeof values): number => Number(values[name]);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const rotations = number('rotations');
const limits: Limits = {
  issuer: { perMinute: number('issuer-per-minute'), perRotation: number('issuer-requests') },
  sink: {
    perHour: number('writes-per-hour'),
    credentials: number('credentials'),
    perRotation: number('writes'),
  },
  workers: { atOnce: number('at-once'), seconds: number('seconds') },
};
const ninety = { rotations, maxAge: 90, adoptedWithin: 1 };
const fleets: readonly (readonly [string, Fleet])[] = [
  ['adopted in a day, no jitter', { ...ninety, jitter: 0 }],
  ['adopted in a day, jitter 10 %', { ...ninety, jitter: 0.1 }],
  ['adopted in a day, jitter 30 %', { ...ninety, jitter: 0.3 }],
  ['adopted in a day, jitter 50 %', { ...ninety, jitter: 0.5 }],
  ['adopted in 90 days, no jitter', { ...ninety, adoptedWithin: 90, jitter: 0 }],
  ['adopted in 90 days, jitter 10 %', { ...ninety, adoptedWithin: 90, jitter: 0.1 }],
];

for (const [title, bounds] of [
  [
    'as if nothing had limits',
    {
      ...limits,
      issuer: { perMinute: 1e9, perRotation: 1 },
      sink: { perHour: 1e9, credentials: 1, perRotation: 1 },
      workers: { atOnce: 1e9, seconds: 1 },
    },
  ],
  ['with the limits', limits],
] as const) {
  const { perHour, bound } = roomOf(bounds);
  const most =
    perHour > 1e8 ? '' : `: ${Math.floor(perHour)} rotations an hour, bounded by the ${bound}`;
  print(`\n${rotations} rotations, every 90 days, ${title}${most}\n`);
  print(
    '| fleet | rotations in the year | busiest hour | busiest day | longest wait | older than its `maxAge` |',
  );
  print('| --- | --- | --- | --- | --- | --- |');
  for (const [name, fleet] of fleets) {
    const year = simulate(fleet, bounds, seeded(number('seed')));
    const wait = year.longestWait < 1 ? 'below 1 h' : `${year.longestWait.toFixed(0)} h`;
    const old = year.tooOld < 0.05 ? 'never' : `${year.tooOld.toFixed(1)} d`;
    print(
      `| ${name} | ${year.rotated} | ${year.busiestHour} | ${year.busiestDay} | ${wait} | ${old} |`,
    );
  }
}

print(`\nall ${rotations} tokens leak in one hour\n`);
print('| credentials for the sinks | rotations an hour | bounded by | until all are replaced |');
print('| --- | --- | --- | --- |');
for (const credentials of [1, 5, 20, 100]) {
  const bounds = { ...limits, sink: { ...limits.sink, credentials } };
  const { perHour, bound } = roomOf(bounds);
  print(
    `| ${credentials} | ${Math.floor(perHour)} | ${bound} | ${(breach(rotations, bounds) / 24).toFixed(1)} days |`,
  );
}
