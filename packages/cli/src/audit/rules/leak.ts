import { shellWord } from '@keyturn/core';
import * as say from '../../messages-of-checks.ts';
import type { Leak } from '../evidence.ts';
import type { Hit, Rule } from '../rule.ts';
import { addressOf, type KnownToken, tokensOf } from '../tokens.ts';

export const inGit: Rule = {
  id: 'KT009',
  name: 'token-in-git',
  severity: 'problem',
  ...say.ruleTexts.inGit,
  needs: ['git', 'issuer', 'ledgers'],
  basis: ['git'],
  *find(evidence) {
    const known = new Map(tokensOf(evidence).map((token) => [token.id, token]));
    for (const leak of evidence.leaks) yield hitOf(leak, known.get(leak.token ?? ''));
  },
};

function hitOf(leak: Leak, found: KnownToken | undefined): Hit {
  const { file, line, commit, token, isToken } = leak;
  return {
    subject: say.leakSubject(file, line, commit),
    ...say.leaked({
      line,
      commit,
      token,
      address: found === undefined ? token && shellWord(token) : addressOf(found),
      rotation: found?.rotation?.name,
      isToken,
    }),
    isHeuristic: !isToken,
    place: { file, ...(line !== undefined && { line }) },
    ...(token !== undefined && { token }),
    identity: line === undefined ? `${file} ${commit ?? ''}` : file,
  };
}
