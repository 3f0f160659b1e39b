import { formatTarget, KeyturnError, nearest, type Target } from '@keyturn/core';

import { scopes, type Scope } from './scopes.ts';

/** One place that holds variables. */
export type CircleciTarget = ProjectTarget | ContextTarget;

interface Place {
  /** The canonical target. */
  readonly id: string;
  readonly scope: Scope;
}

interface ProjectTarget extends Place {
  readonly kind: 'project';
  /** As it stands in paths: `gh/acme/web`. */
  readonly slug: string;
}

export interface ContextTarget extends Place {
  readonly kind: 'context';
  /** The organization: its slug, or its id, which is all that a server install knows. */
  readonly owner: { readonly slug: string } | { readonly id: string };
  /** The name, or the id in lower case. */
  readonly context: string;
}

/** The names that a version control system has in slugs, with the one that CircleCI shows. */
const SYSTEMS: Readonly<Record<string, string>> = {
  gh: 'gh',
  github: 'gh',
  bb: 'bb',
  bitbucket: 'bb',
  circleci: 'circleci',
};
const SEGMENT = /^(?!\.{1,2}$)[\w.-]{1,128}$/;
const CONTEXT = /^[^\p{Cc}]{1,200}$/u;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/**
 * Understands `circleci:VCS/ORG/PROJECT`, `circleci:VCS/ORG?context=NAME` and `circleci:ORG-UUID?context=NAME`.
 *
 * GitHub and Bitbucket ignore case in the names of owners and repositories, so the canonical form has those in lower
 * case. The ids of organizations and projects that CircleCI itself keeps (`circleci/…`) stay as they are.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseCircleciTarget(target: Target): CircleciTarget {
  const { context, ...others } = target.query;
  const [key] = Object.keys(others);
  if (key !== undefined)
    throw invalid(
      target,
      `there is no "${key}"`,
      nearest(key, ['context']) && 'Did you mean context?',
    );
  const isOwnerId = isUuid(target.path);
  const parts = target.path.split('/');
  const slug = isOwnerId ? target.path.toLowerCase() : slugOf(target, parts);

  if (context === undefined) {
    if (isOwnerId || parts.length !== 3)
      throw invalid(target, 'an organization has variables in its contexts only');
    return { kind: 'project', id: idOf(slug), scope: scopes.project, slug };
  }
  if (!isOwnerId && parts.length !== 2)
    throw invalid(target, 'a context belongs to an organization, not to a project');
  if (!CONTEXT.test(context)) throw invalid(target, 'there is no context of that name');
  const name = isUuid(context) ? context.toLowerCase() : context;
  return {
    kind: 'context',
    id: idOf(slug, name),
    scope: scopes.context,
    owner: isOwnerId ? { id: slug } : { slug },
    context: name,
  };
}

/** The slug as CircleCI writes it, with the short name of the version control system. */
function slugOf(target: Target, [system = '', ...rest]: readonly string[]): string {
  const known = Object.hasOwn(SYSTEMS, system) ? SYSTEMS[system] : undefined;
  const isWhole = rest.length > 0 && rest.length < 3 && rest.every((part) => SEGMENT.test(part));
  if (known !== undefined && isWhole) return [known, ...rest].join('/');
  const near = isWhole ? nearest(system, Object.keys(SYSTEMS)) : undefined;
  throw invalid(
    target,
    'its path is neither VCS/ORG/PROJECT, VCS/ORG nor the id of an organization',
    near && `Did you mean ${near}/${rest.join('/')}?`,
  );
}

function idOf(slug: string, context?: string): string {
  const path = slug.startsWith('circleci/') ? slug : slug.toLowerCase();
  return formatTarget('circleci', path, { context });
}

function invalid(target: Target, why: string, hint?: string): KeyturnError {
  return new KeyturnError('TARGET_INVALID', `"${target.text.slice(0, 200)}": ${why}`, {
    hint:
      hint ??
      'Write circleci:VCS/ORG/PROJECT or circleci:VCS/ORG?context=NAME, where VCS is gh, bb or circleci.',
    effect: 'none',
  });
}
