import type { ItemsWorld, ItemWorld, RecordedRequest, Sandbox, World } from '@keyturn/sandbox';

import { TOKEN } from './context.ts';

const OLD = '2026-01-01T00:00:00.000Z';
/** What GitHub’s own clock showed then, and says: it is a little ahead, and tells whole seconds. */
export const OLD_STAMP = stampOf(Date.parse(OLD));

/** How GitHub stamps what is written at that time. */
export function stampOf(time: number): string {
  return `${new Date(time + 1300).toISOString().slice(0, 19)}Z`;
}

const item = (value: string, more: Partial<ItemWorld> = {}): ItemWorld => ({
  value,
  createdAt: OLD,
  updatedAt: OLD,
  ...more,
});
const both = (more: Partial<ItemWorld> = {}): ItemsWorld => ({
  TOKEN_ID: item('old', more),
  TOKEN: item('old', more),
  NEIGHBOUR: item('theirs', more),
});
const selected = { visibility: 'selected', selected: ['acme/web', 'acme/api'] } as const;
const repository = {
  actions: both(),
  dependabot: both(),
  codespaces: both(),
  environments: { production: both(), staging: both() },
};

/** Every scope holds the same three names, so that a write to the wrong one shows. */
export const github = {
  'acme/web': repository,
  'acme/api': repository,
  organizations: {
    acme: {
      actions: {
        TOKEN_ID: item('old', { visibility: 'all' }),
        TOKEN: item('old', selected),
        NEIGHBOUR: item('theirs', selected),
      },
      dependabot: both(selected),
      codespaces: both({ visibility: 'private' }),
    },
  },
  tokens: [{ token: TOKEN, kind: 'classic', scopes: ['repo', 'admin:org'] }],
} as const satisfies World['github'];

/** Asks the sandbox's control API, which has to agree. */
export async function control(
  { control: base }: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response;
}

/** What GitHub was asked, for the conformance kit. An App that gets a token changes nothing. */
export async function received(
  sandbox: Sandbox,
): Promise<{ readonly route: string; readonly changes: boolean }[]> {
  const all = (await (await control(sandbox, 'GET', '/requests')).json()) as RecordedRequest[];
  return all.map(({ method, path }) => ({
    route: `${method} ${path}`,
    changes: method !== 'GET' && !path.endsWith('/access_tokens'),
  }));
}
