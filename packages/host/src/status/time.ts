/** ISO 8601, limited to what a date can represent. */
export function iso(time: number): string {
  return new Date(Math.min(time, 8.64e15)).toISOString();
}
