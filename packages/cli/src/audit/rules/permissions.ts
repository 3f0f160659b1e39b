import type { Permissions } from '@keyturn/core';

import type { Rule } from '../rule.ts';
import { nameOf, tokensOf } from '../tokens.ts';
import type { Severity } from '@keyturn/host/status';

export const tooPowerful: Rule = {
  id: 'KT006',
  name: 'token-too-powerful',
  severity: 'warning',
  summary: 'A token may do more than its use seems to need.',
  help: 'What is beyond the `token.permissions` of its rotation is certain. The rest is told by names alone (deleting, and changing the organization or its tokens), so it may be meant: list it in `token.permissions`, and it is not told again.',
  needs: ['issuer', 'permissions'],
  basis: ['permissions'],
  *find(evidence) {
    for (const token of tokensOf(evidence)) {
      if (token.permissions === undefined || token.isRetired || token.isActing) continue;
      const listed = token.rotation?.policy?.permissions ?? 'copy';
      if (listed !== 'copy') {
        const beyond = token.permissions.filter((one) => !listed.includes(one));
        if (beyond.length > 0)
          yield {
            subject: nameOf(token),
            text: `may do what its rotation does not list: ${beyond.join(', ')}`,
            fix: `Take it away: keyturn token ungrant ${token.id} ${beyond.join(' ')}`,
            token: token.id,
            identity: `${token.id} listed`,
          };
        continue;
      }
      const powerful = judge(token.permissions);
      if (powerful === undefined) continue;
      yield {
        subject: nameOf(token),
        text: `may ${powerful.permissions.join(', ')}`,
        fix: `If its jobs do not need that: keyturn token ungrant ${token.id} ${powerful.permissions.join(' ')}`,
        severity: powerful.severity,
        isHeuristic: true,
        token: token.id,
      };
    }
  },
};

/** What a CI job rarely needs, by its name. Deleting branches is what many deploys do. */
function judge(
  permissions: Permissions,
): { severity: Severity; permissions: string[] } | undefined {
  const severe = permissions.filter(isSevere);
  const mild = permissions.filter((one) => !isSevere(one) && isMild(one));
  if (severe.length + mild.length === 0) return undefined;
  return severe.length > 0
    ? { severity: 'warning', permissions: severe }
    : { severity: 'note', permissions: mild };
}

function isSevere(permission: string): boolean {
  const [name = '', resource] = permission.split('/').toReversed();
  if (resource === undefined) return !name.startsWith('read_');
  return name.startsWith('delete_') && !name.startsWith('delete_branch');
}

/** The whole organization's, or a deletion that is usual. */
function isMild(permission: string): boolean {
  const [name = '', resource] = permission.split('/').toReversed();
  return resource === undefined ? name !== 'read_organization' : name.startsWith('delete_');
}
