/** An invalid time (a far age of a far future) would not do as a date. */
export function iso(time: number): string {
  return new Date(Math.min(time, 8.64e15)).toISOString();
}
