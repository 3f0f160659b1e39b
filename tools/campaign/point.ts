/** Where a run is killed: at its nth file operation or request, or after so many milliseconds. */
export type Point =
  | { readonly what: 'file'; readonly nth: number; readonly when: 'before' | 'after' }
  | {
      readonly what: 'request';
      readonly nth: number;
      readonly when: 'before' | 'sent' | 'answered';
    }
  | { readonly what: 'instant'; readonly milliseconds: number };

/** How many places of each kind a whole run has, and how long it takes. */
export interface Counts {
  readonly file: number;
  readonly request: number;
  readonly milliseconds: number;
}

/** Every place of a run, once. */
export function everyPoint({ file, request }: Counts): Point[] {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
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
  ];
}

export function describePoint(point: Point): string {
  return point.what === 'instant'
    ? `after ${point.milliseconds} ms`
    : `${point.when} ${point.what} ${point.nth}`;
}
