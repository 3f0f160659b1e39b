/** The time of a response by its server's clock, in milliseconds since 1970, rounded to seconds; undefined if the response has none. */
export function serverTime(headers: Headers): number | undefined {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}
