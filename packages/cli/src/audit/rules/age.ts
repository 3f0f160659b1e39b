import { isUnseen } from '@keyturn/core/unstable';

import * as say from '../../messages-of-checks.ts';
import type { Rule } from '../rule.ts';
import { nameOf, replaceIt, tokensOf } from '../tokens.ts';

export const tooOld: Rule = {
  id: 'KT001',
  name: 'token-too-old',
  severity: 'warning',
  ...say.ruleTexts.tooOld,
  needs: ['issuer', 'ledgers'],
  basis: ['issuer', 'ledgers'],
  *find(evidence, limits) {
    for (const token of tokensOf(evidence)) {
      // A replaced token that no sink holds is in its grace period: a run revokes it.
      if (token.isRetired && token.sinks.length === 0) continue;
      const most = token.rotation?.policy?.maxAge ?? limits.maxAge;
      const age = evidence.now - Date.parse(token.issuedAt);
      if (age < most) continue;
      yield {
        subject: nameOf(token),
        ...say.olderThan(
          age,
          most,
          token.isRetired
            ? say.stillHeld(
                token.sinks,
                token.rotation?.name ?? '',
                token.rotation !== undefined && isUnseen(token.rotation.state, token.id),
              )
            : replaceIt(token),
        ),
        token: token.id,
      };
    }
  },
};

export const expiring: Rule = {
  id: 'KT004',
  name: 'token-expiring',
  severity: 'warning',
  ...say.ruleTexts.expiring,
  needs: ['issuer', 'ledgers'],
  basis: ['issuer', 'ledgers'],
  *find(evidence, { expiringWithin }) {
    for (const token of tokensOf(evidence)) {
      if (token.expiresAt === undefined || token.isRetired) continue;
      const left = Date.parse(token.expiresAt) - evidence.now;
      if (left > expiringWithin) continue;
      const isOver = left <= 0;
      yield {
        subject: nameOf(token),
        ...say.expires(left, replaceIt(token)),
        severity: isOver && token.rotation !== undefined ? 'problem' : 'warning',
        token: token.id,
      };
    }
  },
};

export const noExpiry: Rule = {
  id: 'KT005',
  name: 'token-without-expiry',
  severity: 'note',
  ...say.ruleTexts.noExpiry,
  needs: ['issuer', 'ledgers'],
  basis: ['issuer', 'ledgers'],
  *find(evidence) {
    for (const token of tokensOf(evidence)) {
      const { expiresAt, isRetired, isEndless } = token;
      if (expiresAt !== undefined || isRetired || isEndless === true) continue;
      yield {
        subject: nameOf(token),
        ...say.neverExpires(token.rotation !== undefined),
        token: token.id,
      };
    }
  },
};
