import { checkOptions, chooseOption, formatTarget, type Target } from '@keyturn/core';

import { instancePathInvalid, pathInvalid, projectMissing, scopeInvalid } from './messages.ts';
import { EVERY_ENVIRONMENT, levelFacts, levels, type Level } from './scopes.ts';

/** One environment scope of one place with variables. */
export interface GitlabTarget {
  /** The canonical target. */
  readonly id: string;
  readonly level: Level;
  /** The full path of the project or group, or its number; empty for the instance. */
  readonly owner: string;
  /** The environments that the variables are for; undefined for the instance, which has none. */
  readonly scope: string | undefined;
}

const SEGMENT = /^(?!\.{1,2}$)(?!.*\.(?:git|atom)$)[\w.][\w.-]{0,254}$/i;
const NUMBER = /^[1-9]\d{0,17}$/;
// docs: «CI/CD variables API», environment_scope: the characters of environment names, and the asterisk.
const SCOPE = /^(?![/ ])[\w/${}. *-]{1,255}(?<![/ ])$/;

/**
 * Parses `gitlab:GROUP/…/PROJECT[?scope=S]`, `gitlab:GROUP[/…]?level=group[&scope=S]`, `gitlab:?level=instance` and
 * numbers instead of paths.
 *
 * GitLab ignores the case of paths, so the canonical form has them in lower case. Scopes are compared exactly.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseGitlabTarget(target: Target): GitlabTarget {
  const { path } = target;
  const level = chooseOption(target, 'level', levels) ?? 'project';
  const { hasScopes } = levelFacts[level];
  checkOptions(target, {
    known: hasScopes ? ['level', 'scope'] : ['level'],
    place: `${level === 'instance' ? 'the' : 'a'} ${level}`,
  });
  checkPath(target, level);

  const scope = hasScopes ? (target.query['scope'] ?? EVERY_ENVIRONMENT) : undefined;
  if (scope !== undefined && !SCOPE.test(scope)) throw scopeInvalid(target, scope);
  return {
    id: formatTarget('gitlab', path.toLowerCase(), {
      level: level === 'project' ? undefined : level,
      scope: scope === EVERY_ENVIRONMENT ? undefined : scope,
    }),
    level,
    owner: path,
    scope,
  };
}

/** The path of a place's variables, below `/api/v4`. */
export function variablesPath({ level, owner }: Pick<GitlabTarget, 'level' | 'owner'>): string {
  return level === 'instance'
    ? '/admin/ci/variables'
    : `/${level}s/${encodeURIComponent(owner)}/variables`;
}

function checkPath(target: Target, level: Level): void {
  const { path } = target;
  if (level === 'instance') {
    if (path === '') return;
    throw instancePathInvalid(target);
  }
  if (NUMBER.test(path)) return;
  const segments = path.split('/');
  if (!segments.every((segment) => SEGMENT.test(segment))) throw pathInvalid(target, level);
  if (level === 'project' && segments.length === 1) throw projectMissing(target);
}
