import type { Evidence } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { fitting, shownBy } from '../shown.ts';
import { nameOf, replaceIt, tokensOf } from '../tokens.ts';
import { roughly } from '@keyturn/host/text';

export const unused: Rule = {
  id: 'KT003',
  name: 'token-unused',
  severity: 'warning',
  summary: 'A token is not used.',
  help: 'What nobody uses can only be abused. The issuer tells when each token was last used.',
  needs: ['issuer'],
  basis: ['issuer'],
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
  basis: ['issuer'],
  *find({ tokens, ...evidence }) {
    // A ledger that cannot be read may know it.
    if (tokens === undefined || evidence.gaps.some(({ source }) => source === 'ledgers')) return;
    for (const token of tokensOf({ ...evidence, tokens })) {
      if (token.rotation !== undefined) continue;
      const { id, label, isActing } = token;
      const isOurs = label.startsWith('keyturn-');
      const text = isActing
        ? 'is what keyturn acts with, and no rotation manages it'
        : isOurs
          ? 'was made by keyturn, and no ledger here knows it'
          : 'is in no ledger';
      const sinks = showing(id, { ...evidence, tokens });
      yield {
        subject: nameOf(token),
        text:
          sinks.length === 0
            ? text
            : `${text}, and ${sinks.join(', ')} ${sinks.length === 1 ? 'shows' : 'show'} it`,
        fix: isOurs
          ? `See whether its ledger is kept elsewhere (KEYTURN_STATE); if not, end it: keyturn token delete ${id}`
          : replaceIt(token),
        severity: isActing ? 'note' : 'warning',
        token: id,
      };
    }
  },
};

/** The sinks whose show of an id fits this token and no other. */
function showing(id: string, evidence: Evidence): string[] {
  const sinks = evidence.rotations.flatMap(({ shown }) => shown);
  const some = sinks.filter((sink) => {
    const shown = shownBy(sink);
    const fits = shown === undefined ? [] : (fitting(shown, evidence) ?? []);
    return fits.length === 1 && fits[0]?.id === id;
  });
  return [...new Set(some.map((sink) => sink.id))].toSorted();
}

/** A list may lag behind for a while. */
const SHOWN_AFTER = 5 * 60_000;

export const missing: Rule = {
  id: 'KT010',
  name: 'token-missing',
  severity: 'problem',
  summary: 'A token that sinks should hold does not exist any more.',
  help: 'Somebody ended the token of a rotation, so every job that reads it fails with 401.',
  needs: ['issuer', 'ledgers'],
  basis: ['issuer'],
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
