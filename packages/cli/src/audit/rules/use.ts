import { roughly } from '../../output/words.ts';
import type { Rule } from '../rule.ts';
import { nameOf, replaceIt, tokensOf } from '../tokens.ts';

export const unused: Rule = {
  id: 'KT003',
  name: 'token-unused',
  severity: 'warning',
  summary: 'A token is not used.',
  help: 'What nobody uses can only be abused. The issuer tells when each token was last used.',
  needs: ['issuer'],
  *find({ tokens, ...evidence }, { unusedAfter }) {
    if (tokens === undefined) return;
    for (const token of tokensOf({ ...evidence, tokens })) {
      if (token.isRetired) continue;
      const { lastUsedAt, issuedAt, rotation, id } = token;
      const idle = evidence.now - Date.parse(lastUsedAt ?? issuedAt);
      const isYoung = idle < unusedAfter;
      // A job that reads what a rotation has just delivered may be days away.
      if (isYoung && (lastUsedAt !== undefined || rotation !== undefined)) continue;
      yield {
        subject: nameOf(token),
        text:
          lastUsedAt === undefined
            ? `was never used in ${roughly(idle)}`
            : `was last used ${roughly(idle)} ago`,
        fix:
          rotation === undefined
            ? `End it: keyturn token delete ${id}`
            : `Does anything read what ${rotation.name} delivers? If not, remove the rotation and end the token`,
        severity: isYoung ? 'note' : 'warning',
        token: id,
      };
    }
  },
};

export const unmanaged: Rule = {
  id: 'KT007',
  name: 'token-unmanaged',
  severity: 'warning',
  summary: 'No rotation manages a token.',
  help: 'The issuer lists it and no ledger knows it, so nobody replaces it. A token that keyturn made is an orphan, or belongs to a ledger that is kept elsewhere; keyturn ends no token that its ledger does not know.',
  needs: ['issuer', 'ledgers'],
  *find({ tokens, ...evidence }) {
    // A ledger that cannot be read may know it.
    if (tokens === undefined || evidence.gaps.some(({ source }) => source === 'ledgers')) return;
    for (const token of tokensOf({ ...evidence, tokens })) {
      if (token.rotation !== undefined) continue;
      const { id, label, isActing } = token;
      const isOurs = label.startsWith('keyturn-');
      yield {
        subject: nameOf(token),
        text: isActing
          ? 'is what keyturn acts with, and no rotation manages it'
          : isOurs
            ? 'was made by keyturn, and no ledger here knows it'
            : 'is in no ledger',
        fix: isOurs
          ? `See whether its ledger is kept elsewhere (KEYTURN_STATE); if not, end it: keyturn token delete ${id}`
          : replaceIt(token),
        severity: isActing ? 'note' : 'warning',
        token: id,
      };
    }
  },
};

/** A list may lag behind for a while. */
const SHOWN_AFTER = 5 * 60_000;

export const missing: Rule = {
  id: 'KT010',
  name: 'token-missing',
  severity: 'problem',
  summary: 'A token that sinks should hold does not exist any more.',
  help: 'Somebody ended the token of a rotation, so every job that reads it fails with 401.',
  needs: ['issuer', 'ledgers'],
  *find({ tokens, rotations, now, issuer }) {
    if (tokens === undefined) return;
    const ids = new Set(tokens.map(({ id }) => id));
    for (const { name, state } of rotations) {
      const token = state.tokens.get(state.current ?? '')?.ref;
      if (token === undefined || ids.has(token.id)) continue;
      if (now - Date.parse(token.issuedAt) < SHOWN_AFTER) continue;
      yield {
        subject: `${token.id} (${name})`,
        text: `is not among the tokens of ${issuer}`,
        fix: `Bring in a new one: keyturn rotate ${name} --force`,
        token: token.id,
      };
    }
  },
};
