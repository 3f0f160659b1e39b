import { ask } from '../../http/ask.ts';
import type { JobUse } from '../provider.ts';
import type { PlanetScaleState } from './state.ts';

const names = {
  username: 'DATABASE_USERNAME',
  password: 'DATABASE_PASSWORD',
  host: 'DATABASE_HOST',
  url: 'DATABASE_URL',
} as const;

/** A job that runs a query with a branch password, as `@planetscale/database` does. */
export const usePassword = (state: PlanetScaleState): JobUse => ({
  names,
  async run(fields) {
    const { username, password, host } = { ...fields, ...parts(fields['url']) };
    const known = [...state.organizations.values()]
      .flatMap(({ passwords }) => [...passwords.values()])
      .find((one) => one.username === username);
    const tokenId = known?.id ?? username ?? null;
    const base = state.runtime.addresses.planetscaleQuery ?? '';
    // A job of the sandbox reaches nothing else.
    if (password === undefined || `http://${host}` !== base)
      return { ok: false, status: null, tokenId };
    const login = Buffer.from(`${username}:${password}`).toString('base64');
    const status = await ask(`${base}/psdb.v1alpha1.Database/Execute`, {
      method: 'POST',
      headers: { authorization: `Basic ${login}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'select 1', session: null }),
    });
    return { ok: status === 200, status, tokenId };
  },
});

/** A job that logs in to PostgreSQL with a role: 200 stands for a login that worked, 401 for one that did not. */
export const useRole = (state: PlanetScaleState): JobUse => ({
  names,
  async run(fields) {
    const { username = '', password, host } = { ...fields, ...parts(fields['url']) };
    const known = [...state.organizations.values()]
      .flatMap(({ roles }) => [...roles.values()])
      .find((one) => one.username === username);
    const tokenId = known?.id ?? (username === '' ? null : username);
    if (password === undefined || host !== state.roles.host)
      return { ok: false, status: null, tokenId };
    const ok = await state.roles.login(username, password);
    return { ok, status: ok ? 200 : 401, tokenId };
  },
});

/** The parts of a connection URL; none if it is not one. */
function parts(
  url: string | undefined,
): { username: string; password: string; host: string } | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { username, password, host } = new URL(url);
  return { username: decode(username), password: decode(password), host };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
