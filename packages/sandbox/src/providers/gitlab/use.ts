import { ask } from '../../http/ask.ts';
import type { JobUse } from '../provider.ts';
import type { GitLabState } from './state.ts';

/** A job that looks at its own token, or at something that the token opens. */
export const useToken = (state: GitLabState): JobUse => ({
  names: { token: 'GITLAB_TOKEN' },
  async run({ token }, path = '/api/v4/personal_access_tokens/self') {
    if (token === undefined) return { ok: false, status: null, tokenId: null };
    const known = state.tokens.get(token);
    const url = new URL(path, state.runtime.addresses.gitlab);
    const status = await ask(url, { headers: { 'private-token': token } });
    return { ok: status === 200, status, tokenId: known === undefined ? null : String(known.id) };
  },
});
