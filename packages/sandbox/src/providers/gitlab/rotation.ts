import { json, type Answer } from '../../http/answer.ts';
import type { Params } from './params.ts';
import type { GitLabState } from './state.ts';
import { tokenObject } from './token-object.ts';
import { badRequest, dayParam } from './token-params.ts';
import {
  addToken,
  closePersonal,
  closeResourceToken,
  newToken,
  openPersonal,
  openResourceToken,
  revokeFamily,
  type AccessToken,
} from './tokens.ts';

const USUAL_DAYS = 7;

/**
 * Another token in the place of one that ends at once. One that has ended already takes its whole family with it;
 * docs: api/personal_access_tokens, "Automatic reuse detection".
 */
export function rotated(old: AccessToken, params: Params, state: GitLabState): Answer {
  if (old.revoked) {
    revokeFamily(old, state);
    return badRequest('token already revoked');
  }
  const expiresAt = dayParam(params, state, USUAL_DAYS);
  old.revoked = true;
  const id = state.nextTokenId();
  const { now } = state.runtime.clocks;
  const made = {
    id,
    token: newToken(state.runtime),
    createdAt: now().real,
    expiresAt,
    revoked: false,
    lastUsedAt: null,
    family: old.family,
  };
  const fresh =
    old.place === undefined
      ? openPersonal({ ...closePersonal(old), ...made }, id, state.runtime)
      : openResourceToken({ ...closeResourceToken(old), ...made }, old.place, state);
  addToken(fresh, state);
  return json(200, tokenObject(fresh, state, fresh.token));
}
