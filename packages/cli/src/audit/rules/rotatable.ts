import * as say from '../../messages-of-checks.ts';
import type { Rule } from '../rule.ts';

export const rotatable: Rule = {
  id: 'KT012',
  name: 'credential-not-rotated',
  severity: 'note',
  ...say.ruleTexts.rotatable,
  needs: ['git'],
  basis: ['git'],
  *find({ rotatable: found = [] }) {
    for (const { file, names, kinds } of found)
      yield {
        subject: file,
        ...say.notRotated(names, kinds),
        isHeuristic: true,
        place: { file },
        identity: `${file} ${names.join(' ')}`,
      };
  },
};
