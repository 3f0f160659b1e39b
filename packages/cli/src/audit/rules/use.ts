import * as say from '../../messages-of-checks.ts';
import type { Evidence } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { fitting, shownBy } from '../shown.ts';
import { addressOf, nameOf, replaceIt, tokensOf } from '../tokens.ts';

export const unused: Rule = {
  id: 'KT003',
  name: 'token-unused',
  severity: 'warning',
  ...say.ruleTexts.unused,
  needs: ['issuer'],
  basis: ['issuer'],
  *find({ tokens, ...evidence }, { unusedAfter }) {
    if (tokens === undefined) return;
    for (const token of tokensOf({ ...evidence, tokens })) {
      if (token.isRetired) continue;
      const { lastUsedAt, issuedAt, rotation, id } = token;
      const idle = evidence.now - Date.parse(lastUsedAt ?? issuedAt);
      const isYoung = idle < unusedAfter;
      // The first job that reads a new token might be days away.
      if (isYoung && (lastUsedAt !== undefined || rotation !== undefined)) continue;
      yield {
        subject: nameOf(token),
        ...say.notUsed(addressOf(token), idle, lastUsedAt !== undefined, rotation?.name),
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
  ...say.ruleTexts.unmanaged,
  needs: ['issuer', 'ledgers'],
  basis: ['issuer'],
  *find({ tokens, ...evidence }) {
    // A ledger that cannot be read might contain it.
    if (tokens === undefined || evidence.gaps.some(({ source }) => source === 'ledgers')) return;
    const isConfigured = evidence.rotations.some(({ policy }) => policy !== undefined);
    for (const token of tokensOf({ ...evidence, tokens })) {
      const { rotation, isRetired } = token;
      if (rotation !== undefined) {
        // No run of this configuration goes on with its ledger, but that of another one may.
        if (isConfigured && rotation.policy === undefined)
          yield {
            subject: nameOf(token),
            ...say.leftBehind(addressOf(token), rotation.name, isRetired),
            severity: isRetired ? 'warning' : 'note',
            token: token.id,
          };
        continue;
      }
      if (token.fixed !== undefined) continue;
      const { id, label, isActing } = token;
      const isOurs = label.startsWith('keyturn-');
      const text = isActing ? say.UNMANAGED_ACTING : isOurs ? say.UNMANAGED_OURS : say.UNMANAGED;
      const sinks = showing(id, { ...evidence, tokens });
      yield {
        subject: nameOf(token),
        text: say.shownBySinks(text, sinks),
        fix: isOurs ? say.ledgerElsewhere(addressOf(token)) : replaceIt(token),
        severity: isActing ? 'note' : 'warning',
        token: id,
      };
    }
  },
};

/** The sinks that show an id which only this token matches. */
function showing(id: string, evidence: Evidence): string[] {
  const sinks = evidence.rotations.flatMap(({ shown }) => shown);
  const some = sinks.filter((sink) => {
    const shown = shownBy(sink);
    const fits = shown === undefined ? [] : (fitting(shown, evidence) ?? []);
    return fits.length === 1 && fits[0]?.id === id;
  });
  return [...new Set(some.map((sink) => sink.id))].toSorted();
}

export const fixed: Rule = {
  id: 'KT011',
  name: 'token-not-replaceable',
  severity: 'warning',
  ...say.ruleTexts.fixed,
  needs: ['issuer', 'ledgers'],
  basis: ['issuer'],
  *find({ tokens, ...evidence }) {
    if (tokens === undefined) return;
    for (const token of tokensOf({ ...evidence, tokens })) {
      if (token.fixed === undefined) continue;
      yield { subject: nameOf(token), ...say.notReplaceable(token.fixed), token: token.id };
    }
  },
};

/** Lists can lag behind. */
const SHOWN_AFTER = 5 * 60_000;

export const missing: Rule = {
  id: 'KT010',
  name: 'token-missing',
  severity: 'problem',
  ...say.ruleTexts.missing,
  needs: ['issuer', 'ledgers'],
  basis: ['issuer'],
  *find({ tokens, rotations, now, issuer }) {
    if (tokens === undefined) return;
    const ids = new Set(tokens.map(({ id }) => id));
    for (const { name, state, policy } of rotations) {
      const token = state.tokens.get(state.current ?? '')?.ref;
      if (token === undefined || ids.has(token.id)) continue;
      if (now - Date.parse(token.issuedAt) < SHOWN_AFTER) continue;
      yield {
        subject: `${token.id} (${name})`,
        ...say.currentGone(issuer, name, policy?.permissions === 'copy'),
        token: token.id,
      };
    }
  },
};
