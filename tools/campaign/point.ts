/** Where a run is killed: at its nth file operation, request or process of git, or after so many milliseconds. */
export type Point =
  | { readonly what: 'file'; readonly nth: number; readonly when: 'before' | 'after' }
  | {
      readonly what: 'request';
      readonly nth: number;
      readonly when: 'before' | 'sent' | 'answered';
    }
  | {
      readonly what: 'git';
      readonly nth: number;
      /** `during`: git dies with the run. `orphaned`: git goes on alone. */
      readonly when: 'before' | 'during' | 'orphaned' | 'after';
      /** How long git had run by then. */
      readonly milliseconds: number;
    }
  | { readonly what: 'server'; readonly nth: number; readonly when: ServerFault }
  | { readonly what: 'instant'; readonly milliseconds: number };

/**
 * What the git server does with the nth push. It `dies before` or `dies after` it applies it; it `lands late` or `hangs` when the
 * run is killed while it waits; it `cuts` the connection before it applies it, or `loses` the answer.
 */
export type ServerFault = (typeof serverFaults)[number];
const serverFaults = [
  'refuses',
  'dies before',
  'dies after',
  'lands late',
  'hangs',
  'cuts',
  'loses',
] as const;

/** How many places of each kind a whole run has, and how long it takes. */
export interface Counts {
  readonly file: number;
  readonly request: number;
  readonly git: number;
  readonly push: number;
  readonly milliseconds: number;
}

/** The longest that git runs before it is killed: most of its processes end earlier, and are killed at their end then. */
const LONGEST = 40;

/** Every place of a run, once. */
export function everyPoint({ file, request, git, push }: Counts, random: () => number): Point[] {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
  const milliseconds = (): number => Math.floor(random() * LONGEST);
  return [
    ...numbers(file).flatMap((nth): Point[] => [
      { what: 'file', nth, when: 'before' },
      { what: 'file', nth, when: 'after' },
    ]),
    ...numbers(request).flatMap((nth): Point[] => [
      { what: 'request', nth, when: 'before' },
      { what: 'request', nth, when: 'sent' },
      { what: 'request', nth, when: 'answered' },
    ]),
    ...numbers(git).flatMap((nth): Point[] => [
      { what: 'git', nth, when: 'before', milliseconds: 0 },
      { what: 'git', nth, when: 'during', milliseconds: milliseconds() },
      { what: 'git', nth, when: 'orphaned', milliseconds: milliseconds() },
      { what: 'git', nth, when: 'after', milliseconds: 0 },
    ]),
    ...numbers(push).flatMap((nth) =>
      serverFaults.map((when): Point => ({ what: 'server', nth, when })),
    ),
  ];
}

export function describePoint(point: Point): string {
  if (point.what === 'instant') return `after ${point.milliseconds} ms`;
  if (point.what === 'server') return `the git server ${point.when} at push ${point.nth}`;
  const late = point.what === 'git' && point.milliseconds > 0 ? ` (${point.milliseconds} ms)` : '';
  return `${point.when} ${point.what} ${point.nth}${late}`;
}
