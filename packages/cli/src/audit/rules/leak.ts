import * as say from '../../messages-of-checks.ts';
import type { Leak } from '../evidence.ts';
import type { Hit, Rule } from '../rule.ts';
import { tokensOf } from '../tokens.ts';

export const inGit: Rule = {
  id: 'KT009',
  name: 'token-in-git',
  severity: 'problem',
  ...say.ruleTexts.inGit,
  needs: ['git', 'issuer', 'ledgers'],
  basis: ['git'],
  *find(evidence) {
    const rotations = new Map(tokensOf(evidence).map(({ id, rotation }) => [id, rotation?.name]));
    for (const leak of evidence.leaks) yield hitOf(leak, rotations.get(leak.token ?? ''));
  },
};

function hitOf(leak: Leak, rotation: string | undefined): Hit {
  const { file, line, commit, token, isToken } = leak;
  return {
    subject: say.leakSubject(file, line, commit),
    ...say.leaked({ line, commit, token, rotation, isToken }),
    isHeuristic: !isToken,
    place: { file, ...(line !== undefined && { line }) },
    ...(token !== undefined && { token }),
    identity: line === undefined ? `${file} ${commit ?? ''}` : file,
  };
}
