import type { Leak } from '../evidence.ts';
import type { Hit, Rule } from '../rule.ts';
import { tokensOf } from '../tokens.ts';

export const inGit: Rule = {
  id: 'KT009',
  name: 'token-in-git',
  severity: 'problem',
  summary: 'A secret stands in the files or the history of a git repository.',
  help: 'Whoever may read the repository, a fork, a clone or a cache of it, now or later, has the token. Replace it first: removing it from the files does not take it out of the history, and rewriting the history does not take it out of clones. A replaced token may stay there.',
  needs: ['git', 'issuer', 'ledgers'],
  basis: ['git'],
  *find(evidence) {
    const rotations = new Map(tokensOf(evidence).map(({ id, rotation }) => [id, rotation?.name]));
    for (const leak of evidence.leaks) yield hitOf(leak, rotations.get(leak.token ?? ''));
  },
};

function hitOf(leak: Leak, rotation: string | undefined): Hit {
  const { file, line, commit, token, isToken } = leak;
  const what = isToken ? 'a token' : 'what looks like a secret';
  const whose = token === undefined ? '' : ` beside the id ${token}`;
  const since = commit === undefined ? '' : line === undefined ? '' : `, since commit ${commit}`;
  const replace =
    rotation !== undefined
      ? `Replace it now: keyturn rotate ${rotation} --force --grace 0`
      : token !== undefined
        ? `Replace it now: keyturn rotate NAME --replaces ${token} --grace 0, or end it: keyturn token delete ${token}`
        : 'Find out whose it is (keyturn token list), and replace or end it';
  return {
    subject: line === undefined ? `${file} in commit ${commit ?? ''}` : `${file}:${line}`,
    text: `${what} stands here${whose}${since}`,
    fix: line === undefined ? replace : `${replace}; then take it out of the file`,
    isHeuristic: !isToken,
    place: { file, ...(line !== undefined && { line }) },
    ...(token !== undefined && { token }),
    identity: line === undefined ? `${file} ${commit ?? ''}` : file,
  };
}
