import type { Rule } from '../rule.ts';
import { nameOf, replaceIt, tokensOf } from '../tokens.ts';
import { roughly } from '@keyturn/host/text';

export const tooOld: Rule = {
  id: 'KT001',
  name: 'token-too-old',
  severity: 'warning',
  summary: 'A token is older than it may get.',
  help: 'A secret that lives for years has been in more logs, laptops and heads than anybody knows. Rotations have a `maxAge`; other tokens are held to 90 days.',
  needs: ['issuer', 'ledgers'],
  basis: ['issuer', 'ledgers'],
  *find(evidence, limits) {
    for (const token of tokensOf(evidence)) {
      // A replaced token that nobody holds is in its grace: it goes by itself.
      if (token.isRetired && token.sinks.length === 0) continue;
      const most = token.rotation?.policy?.maxAge ?? limits.maxAge;
      const age = evidence.now - Date.parse(token.issuedAt);
      if (age < most) continue;
      yield {
        subject: nameOf(token),
        text: `is ${roughly(age)} old, and ${roughly(most)} is the most`,
        fix: token.isRetired
          ? `It was replaced, and ${token.sinks.join(', ')} may still hold it: run keyturn rotate ${token.rotation?.name ?? ''}`
          : replaceIt(token),
        token: token.id,
      };
    }
  },
};

export const expiring: Rule = {
  id: 'KT004',
  name: 'token-expiring',
  severity: 'warning',
  summary: 'A token has expired, or will soon.',
  help: 'What uses an expired token fails with 401. `keyturn rotate` replaces a token when two thirds of its life are over, so one that comes this close is not rotated often enough, or by nobody.',
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
        text: isOver ? `has expired ${roughly(-left)} ago` : `expires in ${roughly(left)}`,
        fix: replaceIt(token),
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
  summary: 'A token never expires.',
  help: 'A token that is forgotten stays valid for ever. With `token: { ttl: 120d }` a rotation asks for tokens that end by themselves, also where a run could not revoke them.',
  needs: ['issuer', 'ledgers'],
  basis: ['issuer', 'ledgers'],
  *find(evidence) {
    for (const token of tokensOf(evidence)) {
      if (token.expiresAt !== undefined || token.isRetired) continue;
      yield {
        subject: nameOf(token),
        text: 'never expires',
        fix:
          token.rotation === undefined
            ? 'Replace it by one that has a life: keyturn token create --name NAME --ttl 120d, or a rotation with token.ttl'
            : 'Give the rotation a life for its tokens, such as token: { ttl: 120d }',
        token: token.id,
      };
    }
  },
};
