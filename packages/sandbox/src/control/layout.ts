import { split } from '../http/call.ts';
import type { JobValues } from '../providers/provider.ts';

/**
 * The names that a job looks up; what is left out has its usual name. Under several names for one field the job has to find
 * the same under each.
 */
export type Names = Readonly<
  Record<'id' | 'token' | 'joined' | 'file' | 'slot', string | readonly string[]>
>;

/** What a job has after reading its secrets; a part is missing where a secret is. */
export interface FoundCredential {
  readonly id?: string | undefined;
  readonly token?: string | undefined;
}

export const usualNames: Names = {
  id: 'PLANETSCALE_SERVICE_TOKEN_ID',
  token: 'PLANETSCALE_SERVICE_TOKEN',
  joined: 'PLANETSCALE_CREDENTIAL',
  file: 'PLANETSCALE_ENV',
  slot: 'PLANETSCALE_SLOT',
};

/** How a job puts its credential together, by the layout that it was delivered in. */
export const layouts = {
  pair: ({ id, token }: Names, { secrets }: JobValues): FoundCredential => ({
    id: same(id, (name) => secrets.get(name)),
    token: same(token, (name) => secrets.get(name)),
  }),
  joined({ joined }: Names, { secrets }: JobValues): FoundCredential {
    const value = same(joined, (name) => secrets.get(name));
    if (value === undefined) return {};
    const [id, token] = split(value, ':');
    return { id, token };
  },
  file({ id, token, file }: Names, { secrets }: JobValues): FoundCredential {
    const values = readDotenv(same(file, (name) => secrets.get(name)) ?? '');
    return {
      id: same(id, (name) => values.get(name)),
      token: same(token, (name) => values.get(name)),
    };
  },
  slots({ id, token, slot }: Names, { secrets, variables }: JobValues): FoundCredential {
    const current = same(slot, (name) => variables.get(name)) ?? '';
    return {
      id: same(id, (name) => secrets.get(`${name}_${current}`)),
      token: same(token, (name) => secrets.get(`${name}_${current}`)),
    };
  },
} as const;

/** Any fields, each under the names that are given for it, as {@link layouts} has them. */
export function readFields(
  layout: LayoutName,
  {
    file = usualNames.file,
    slot = usualNames.slot,
  }: { readonly file?: Names['file'] | undefined; readonly slot?: Names['slot'] | undefined },
  fields: Readonly<Record<string, string | readonly string[]>>,
  { secrets, variables }: JobValues,
): Record<string, string | undefined> {
  const blob = layout === 'file' ? same(file, (name) => secrets.get(name)) : undefined;
  const found = layout === 'file' ? readDotenv(blob ?? '') : secrets;
  const suffix = layout === 'slots' ? `_${same(slot, (name) => variables.get(name)) ?? ''}` : '';
  return Object.fromEntries(
    Object.entries(fields).map(([field, names]) => [
      field,
      same(names, (name) => found.get(`${name}${suffix}`)),
    ]),
  );
}

export type LayoutName = keyof typeof layouts;

export const isLayout = (name: string): name is LayoutName => Object.hasOwn(layouts, name);

/** What is found under all of the names alike; undefined where one of them has something else, or nothing. */
function same(
  names: string | readonly string[],
  read: (name: string) => string | undefined,
): string | undefined {
  const [first, ...others] = typeof names === 'string' ? [names] : names;
  const value = first === undefined ? undefined : read(first);
  return others.every((name) => read(name) === value) ? value : undefined;
}

function readDotenv(blob: string): Map<string, string> {
  const lines = blob
    .split(/\r?\n/)
    .map((line) => /^(?:export )?(\w+)=(["']?)(.*)\2$/.exec(line.trim()));
  return new Map(
    lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[3] ?? '']])),
  );
}
