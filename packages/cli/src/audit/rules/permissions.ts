import type { Permissions } from '@keyturn/core';

import * as say from '../../messages-of-checks.ts';
import type { Rule } from '../rule.ts';
import { addressOf, type KnownToken, nameOf, tokensOf } from '../tokens.ts';
import type { Severity } from '@keyturn/host/status';

export const tooPowerful: Rule = {
  id: 'KT006',
  name: 'token-too-powerful',
  severity: 'warning',
  ...say.ruleTexts.tooPowerful,
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
            ...say.beyondListed(token.rotation?.name ?? '', ungrantable(token), beyond),
            token: token.id,
            identity: `${token.id} listed`,
          };
        continue;
      }
      const powerful = judge(token.permissions);
      if (powerful === undefined) continue;
      yield {
        subject: nameOf(token),
        ...say.powerful(ungrantable(token), powerful.permissions),
        severity: powerful.severity,
        isHeuristic: true,
        token: token.id,
      };
    }
  },
};

/** The token as `ungrant` needs it; undefined if its permissions cannot be changed. */
function ungrantable(token: KnownToken): string | undefined {
  return token.isSettled === true ? undefined : addressOf(token);
}

/** Permissions that CI jobs rarely need, by their names. Many deployments delete branches. */
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

/** A permission for the whole organization, or for a common deletion. */
function isMild(permission: string): boolean {
  const [name = '', resource] = permission.split('/').toReversed();
  return resource === undefined ? name !== 'read_organization' : name.startsWith('delete_');
}
