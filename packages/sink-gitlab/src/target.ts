import { formatTarget, KeyturnError, nearest, type Target } from '@keyturn/core';

import { EVERY_ENVIRONMENT, levelFacts, levels, type Level } from './scopes.ts';

/** One scope of one place that holds variables. */
export interface GitlabTarget {
  /** The canonical target. */
  readonly id: string;
  readonly level: Level;
  /** The full path of the project or group, or its number; empty for the instance. */
  readonly owner: string;
  /** The environments that the variables are for; undefined for the instance, which knows none. */
  readonly scope: string | undefined;
}

const SEGMENT = /^(?!\.{1,2}$)(?!.*\.(?:git|atom)$)[\w.][\w.-]{0,254}$/i;
const NUMBER = /^[1-9]\d{0,17}$/;
// docs: «CI/CD variables API», environment_scope: what names of environments may have, and the asterisk.
const SCOPE = /^(?![/ ])[\w/${}. *-]{1,255}(?<![/ ])$/;
const FORMS =
  'Write gitlab:GROUP/PROJECT, gitlab:GROUP/PROJECT?scope=ENVIRONMENT, gitlab:GROUP?level=group or gitlab:?level=instance.';

/**
 * Understands `gitlab:GROUP/…/PROJECT[?scope=S]`, `gitlab:GROUP[/…]?level=group[&scope=S]`, `gitlab:?level=instance` and
 * numbers in place of paths.
 *
 * GitLab finds paths whatever their case, so the canonical form has them in lower case. Scopes are compared exactly.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseGitlabTarget(target: Target): GitlabTarget {
  const { path } = target;
  const level = choose(target, 'level', levels) ?? 'project';
  const { hasScopes } = levelFacts[level];
  checkKeys(target, level, hasScopes ? ['level', 'scope'] : ['level']);
  checkPath(target, level);

  const scope = hasScopes ? (target.query['scope'] ?? EVERY_ENVIRONMENT) : undefined;
  if (scope !== undefined && !SCOPE.test(scope))
    throw invalid(target, `GitLab allows no scope "${scope.slice(0, 80)}"`);
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

/** Where the API has the variables of a place, below `/api/v4`. */
export function variablesPath({ level, owner }: Pick<GitlabTarget, 'level' | 'owner'>): string {
  return level === 'instance'
    ? '/admin/ci/variables'
    : `/${level}s/${encodeURIComponent(owner)}/variables`;
}

function checkPath(target: Target, level: Level): void {
  const { path } = target;
  if (level === 'instance') {
    if (path === '') return;
    throw invalid(target, 'the instance has no path', 'Write gitlab:?level=instance.');
  }
  if (NUMBER.test(path)) return;
  const segments = path.split('/');
  if (!segments.every((segment) => SEGMENT.test(segment)))
    throw invalid(target, `its path is not that of a ${level}`);
  if (level === 'project' && segments.length === 1)
    throw invalid(
      target,
      'its path has no project',
      `Write gitlab:${path}/PROJECT, or gitlab:${path}?level=group for the group itself.`,
    );
}

function checkKeys(target: Target, level: Level, allowed: readonly string[]): void {
  for (const key of Object.keys(target.query)) {
    if (allowed.includes(key)) continue;
    const near = nearest(key, allowed);
    throw invalid(
      target,
      `${level === 'instance' ? 'the' : 'a'} ${level} has no "${key}"`,
      near === undefined ? `Known there: ${allowed.join(', ')}.` : `Did you mean ${near}?`,
    );
  }
}

function choose<Value extends string>(
  target: Target,
  key: string,
  values: readonly Value[],
): Value | undefined {
  const given = target.query[key];
  if (given === undefined) return undefined;
  const value = values.find((candidate) => candidate === given);
  if (value !== undefined) return value;
  const near = nearest(given, values);
  throw invalid(
    target,
    `${key} cannot be "${given}"`,
    near === undefined ? `It is one of ${values.join(', ')}.` : `Did you mean ${near}?`,
  );
}

function invalid(target: Target, why: string, hint = FORMS): KeyturnError {
  return new KeyturnError('TARGET_INVALID', `"${target.text.slice(0, 200)}": ${why}`, {
    hint,
    effect: 'none',
  });
}
