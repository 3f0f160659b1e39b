import { split } from '../http/call.ts';
import type { JobValues } from '../providers/provider.ts';

/** The names that a job looks up; what is left out has its usual name. */
export type Names = Readonly<Record<'id' | 'token' | 'joined' | 'file' | 'slot', string>>;

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
    id: secrets.get(id),
    token: secrets.get(token),
  }),
  joined({ joined }: Names, { secrets }: JobValues): FoundCredential {
    const value = secrets.get(joined);
    if (value === undefined) return {};
    const [id, token] = split(value, ':');
    return { id, token };
  },
  file({ id, token, file }: Names, { secrets }: JobValues): FoundCredential {
    const values = readDotenv(secrets.get(file) ?? '');
    return { id: values.get(id), token: values.get(token) };
  },
  slots({ id, token, slot }: Names, { secrets, variables }: JobValues): FoundCredential {
    const current = variables.get(slot) ?? '';
    return { id: secrets.get(`${id}_${current}`), token: secrets.get(`${token}_${current}`) };
  },
} as const;

export type LayoutName = keyof typeof layouts;

export const isLayout = (name: string): name is LayoutName => Object.hasOwn(layouts, name);

function readDotenv(blob: string): Map<string, string> {
  const lines = blob
    .split(/\r?\n/)
    .map((line) => /^(?:export )?(\w+)=(["']?)(.*)\2$/.exec(line.trim()));
  return new Map(
    lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[3] ?? '']])),
  );
}
