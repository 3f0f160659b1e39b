import type { Neighbour, NeighbourQuery, SinkSupports } from '../../index.ts';

/** What a memory sink shows beside the names that were asked about, without the values. */
export function near(
  readBack: SinkSupports['readBack'],
  values: ReadonlyMap<string, { readonly value: string }>,
  { names, token }: NeighbourQuery,
): Neighbour[] {
  return [...values].flatMap(([name, { value }]) => {
    if (names.includes(name)) return [];
    const shows = token === undefined ? undefined : showing(readBack, value, token);
    return [{ name, ...(shows !== undefined && { shows }) }];
  });
}

/** A token shows as the whole value, before a colon, or as a value in a file. */
function showing(
  readBack: SinkSupports['readBack'],
  value: string,
  token: string,
): Neighbour['shows'] {
  if (readBack === 'tail') return value.slice(-4) === token.slice(-4) ? 'maybe' : undefined;
  if (readBack !== 'value') return undefined;
  const isShown =
    value === token ||
    value.startsWith(`${token}:`) ||
    value.split('\n').some((line) => line.slice(line.indexOf('=') + 1) === token);
  return isShown ? 'yes' : undefined;
}
