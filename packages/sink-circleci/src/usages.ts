import {
  findUsages,
  formatTarget,
  parseTarget,
  usagesOfEach,
  usagesOrSkip,
  type CallOptions,
  type Target,
  type Usage,
  type UsageSearch,
} from '@keyturn/core';

import { createClient, type Client } from './client.ts';
import { onlyFollowedReason, projectListInvalid, searchTooNarrow } from './messages.ts';
import { contextPath, listContexts, projectPath } from './place.ts';
import { inferTarget } from './remote.ts';
import { parseCircleciTarget, type ContextTarget } from './target.ts';
import { readVariables } from './variables.ts';

/** CircleCI does not publish its rate limits, but they are tight. */
const AT_ONCE = 4;

/**
 * Searches an organization: its contexts, and the projects that the owner of the token follows, because CircleCI does not list others. If
 * the project is inferred from CI or git's remote, its organization is searched.
 */
export const usages = findUsages(inferTarget, async function* usages(target, isInferred, search) {
  const { context, options } = search;
  if (!isInferred && target.path.split('/').length === 3)
    return yield* await ofProject(target.text, search);
  const owner = organizationOf(target);
  const client = createClient(owner, context);
  const contexts = await listContexts(client, owner, {}, options);
  yield* usagesOfEach(contexts, AT_ONCE, (one) => {
    // If several contexts have the same name, only the id identifies one.
    const isUnique = contexts.filter(({ name }) => name === one.name).length === 1;
    const query = { context: isUnique ? one.name : one.id };
    const path = contextPath(one.id);
    return read(formatTarget('circleci', slugOf(owner), query), () => path, search);
  });
  const slugs: string[] = [];
  const projects = formatTarget('circleci', `${slugOf(owner)}/*`);
  yield* await usagesOrSkip(projects, async () => {
    slugs.push(...(await followed(client, slugOf(owner), options)));
    return [{ skipped: projects, reason: onlyFollowedReason }];
  });
  yield* usagesOfEach(slugs, AT_ONCE, (slug) => ofProject(formatTarget('circleci', slug), search));
});

const ofProject = (text: string, search: UsageSearch): Promise<readonly Usage[]> =>
  read(text, ({ target }) => (target.kind === 'project' ? projectPath(target.slug) : ''), search);

/** Reads the names of one place's variables. A listed name that is not a valid target is reported like an unreadable place. */
function read(
  text: string,
  pathOf: (client: Client) => string,
  { isWanted, context, options }: UsageSearch,
): Promise<readonly Usage[]> {
  return usagesOrSkip(text, async () => {
    const target = parseCircleciTarget(parseTarget(text));
    const client = createClient(target, context);
    const variables = await readVariables(client, pathOf(client), options);
    return [...variables.values()]
      .filter(({ name }) => isWanted(name))
      .map(({ name, updatedAt }) => ({
        target: target.id,
        name,
        ...(updatedAt !== undefined && { updatedAt }),
      }));
  });
}

/**
 * The slugs of an organization's projects that the owner of the token follows. docs: api/v1, «projects». `circleci/…` projects have their
 * ids in `vcs_url`.
 */
async function followed(client: Client, owner: string, options: CallOptions): Promise<string[]> {
  const request = { method: 'GET', path: '/projects', isOldApi: true } as const;
  const answer = await client.send(request, options);
  if (answer.status !== 200) throw await answer.error();
  const slugs = (await answer.items()).map((item) => slugIn((item ?? {}) as Followed));
  if (slugs.includes(undefined)) throw projectListInvalid(owner);
  const isInside = (slug: string): boolean =>
    slug.toLowerCase().startsWith(`${owner.toLowerCase()}/`) ||
    slug.startsWith(`circleci/${owner}/`);
  return slugs.filter((slug) => slug !== undefined).filter(isInside);
}

const SYSTEMS: Readonly<Record<string, string>> = { github: 'gh', bitbucket: 'bb' };

/** Undefined for an unknown form: a guess could read the wrong project, or miss one. */
function slugIn({
  vcs_type: type,
  username,
  reponame,
  vcs_url: url,
}: Followed): string | undefined {
  const [, ids] = /^(?:https:)?\/\/circleci\.com\/([\w-]+\/[\w-]+)$/.exec(String(url)) ?? [];
  if (ids !== undefined) return `circleci/${ids}`;
  const system = Object.hasOwn(SYSTEMS, String(type)) ? SYSTEMS[String(type)] : undefined;
  const isWhole = typeof username === 'string' && typeof reponame === 'string';
  return system === undefined || !isWhole ? undefined : `${system}/${username}/${reponame}`;
}

interface Followed {
  readonly vcs_type?: unknown;
  readonly username?: unknown;
  readonly reponame?: unknown;
  readonly vcs_url?: unknown;
}

/** A target for all contexts of the organization. */
function organizationOf(scope: Target): ContextTarget {
  const { path, query } = scope;
  const parts = path.split('/');
  const owner = parts.length === 3 ? parts.slice(0, 2).join('/') : path;
  if (Object.keys(query).length === 0 && parts.length <= 3) {
    const target = parseCircleciTarget(parseTarget(`circleci:${owner}?context=*`));
    if (target.kind === 'context') return target;
  }
  throw searchTooNarrow(scope);
}

const slugOf = ({ owner }: ContextTarget): string => ('slug' in owner ? owner.slug : owner.id);
