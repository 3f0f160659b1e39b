import { checkOptions, formatTarget, nearest, type Target } from '@keyturn/core';

import {
  FORMS,
  contextInvalid,
  contextOfProject,
  contextRequired,
  pathInvalid,
} from './messages.ts';
import { scopes, type Scope } from './scopes.ts';

/** One place with variables. */
export type CircleciTarget = ProjectTarget | ContextTarget;

interface Place {
  /** The canonical target. */
  readonly id: string;
  readonly scope: Scope;
}

interface ProjectTarget extends Place {
  readonly kind: 'project';
  /** As in paths: `gh/acme/web`. */
  readonly slug: string;
}

export interface ContextTarget extends Place {
  readonly kind: 'context';
  /** The organization: its slug, or its id, which is the only form that a server accepts. */
  readonly owner: { readonly slug: string } | { readonly id: string };
  /** The name, or the id in lower case. */
  readonly context: string;
}

/** The names of version control systems in slugs, with the one that CircleCI shows. */
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
 * Parses `circleci:VCS/ORG/PROJECT`, `circleci:VCS/ORG?context=NAME` and `circleci:ORG-UUID?context=NAME`.
 *
 * GitHub and Bitbucket ignore the case of owners and repositories, so the canonical form has them in lower case. CircleCI's own ids of
 * organizations and projects (`circleci/…`) keep their case.
 *
 * @throws {KeyturnError} `TARGET_INVALID`
 */
export function parseCircleciTarget(target: Target): CircleciTarget {
  const { context } = target.query;
  checkOptions(target, { known: ['context'], hint: FORMS });
  const isOwnerId = isUuid(target.path);
  const parts = target.path.split('/');
  const slug = isOwnerId ? target.path.toLowerCase() : slugOf(target, parts);

  if (context === undefined) {
    if (isOwnerId || parts.length !== 3) throw contextRequired(target);
    return { kind: 'project', id: idOf(slug), scope: scopes.project, slug };
  }
  if (!isOwnerId && parts.length !== 2) throw contextOfProject(target);
  if (!CONTEXT.test(context)) throw contextInvalid(target);
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
  throw pathInvalid(target, near && `${near}/${rest.join('/')}`);
}

function idOf(slug: string, context?: string): string {
  const path = slug.startsWith('circleci/') ? slug : slug.toLowerCase();
  return formatTarget('circleci', path, { context });
}
