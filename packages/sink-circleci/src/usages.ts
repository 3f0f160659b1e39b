import {
  formatTarget,
  KeyturnError,
  mapLimited,
  parseTarget,
  usagesOrSkip,
  type AdapterContext,
  type CallOptions,
  type FindUsages,
  type Target,
  type Usage,
} from '@keyturn/core';

import { createClient, type Client } from './client.ts';
import { contextPath, listContexts, projectPath } from './place.ts';
import { inferTarget } from './remote.ts';
import { parseCircleciTarget, type ContextTarget } from './target.ts';
import { readVariables } from './variables.ts';

/** CircleCI publishes no numbers, and its limits are tight. */
const AT_ONCE = 4;

/**
 * Looks through an organization: its contexts, and those of its projects that the owner of the token follows, since CircleCI
 * lists no others. The project that CI or git's remote means stands for its organization.
 */
export const usages: FindUsages = async function* usages(scope, isWanted, context, options) {
  const inferred = scope === undefined ? await inferTarget(context) : undefined;
  if (scope === undefined && inferred === undefined) return;
  const search: Search = { isWanted, context, options };
  if (scope?.path.split('/').length === 3) return yield* await ofProject(scope.text, search);
  const owner = organizationOf(scope ?? parseTarget(inferred ?? ''));
  const client = createClient(owner, context);
  yield* each(await listContexts(client, owner, {}, options), (one, all) => {
    // One of several contexts of a name is only meant by its id.
    const isUnique = all.filter(({ name }) => name === one.name).length === 1;
    const query = { context: isUnique ? one.name : one.id };
    const path = contextPath(one.id);
    return read(formatTarget('circleci', slugOf(owner), query), () => path, search);
  });
  const slugs: string[] = [];
  const projects = formatTarget('circleci', `${slugOf(owner)}/*`);
  yield* await usagesOrSkip(projects, async () => {
    slugs.push(...(await followed(client, slugOf(owner), options)));
    const reason = 'of projects, CircleCI lists only those that the owner of the token follows';
    return [{ skipped: projects, reason }];
  });
  yield* each(slugs, (slug) => ofProject(formatTarget('circleci', slug), search));
};

interface Search {
  readonly isWanted: (name: string) => boolean;
  readonly context: AdapterContext;
  readonly options: CallOptions;
}

async function* each<Item>(
  items: readonly Item[],
  work: (item: Item, all: readonly Item[]) => Promise<readonly Usage[]>,
): AsyncGenerator<Usage> {
  for await (const some of mapLimited(items, AT_ONCE, (item) => work(item, items))) yield* some;
}

const ofProject = (text: string, search: Search): Promise<readonly Usage[]> =>
  read(text, ({ target }) => (target.kind === 'project' ? projectPath(target.slug) : ''), search);

/** Reads the names of one place's variables. A name from a list that is no target is reported like one that cannot be read. */
function read(
  text: string,
  pathOf: (client: Client) => string,
  { isWanted, context, options }: Search,
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
 * The slugs of the projects of an organization that are followed. docs: api/v1, «projects»; what CircleCI keeps itself has its
 * ids in `vcs_url`.
 */
async function followed(client: Client, owner: string, options: CallOptions): Promise<string[]> {
  const request = { method: 'GET', path: '/projects', isOldApi: true } as const;
  const answer = await client.send(request, options);
  if (answer.status !== 200) throw await answer.error();
  const slugs = (await answer.items()).map((item) => slugIn((item ?? {}) as Followed));
  if (slugs.includes(undefined))
    throw new KeyturnError(
      'ANSWER_INVALID',
      `circleci:${owner}: the list of projects is not clear`,
      {
        hint: 'Name them: circleci:VCS/ORG/PROJECT.',
        effect: 'none',
      },
    );
  const isInside = (slug: string): boolean =>
    slug.toLowerCase().startsWith(`${owner.toLowerCase()}/`) ||
    slug.startsWith(`circleci/${owner}/`);
  return slugs.filter((slug) => slug !== undefined).filter(isInside);
}

const SYSTEMS: Readonly<Record<string, string>> = { github: 'gh', bitbucket: 'bb' };

/** Undefined for what is not understood: to guess would be to look at another project, or to leave one out. */
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

/** As a target that stands for every context of the organization. */
function organizationOf({ text, path, query }: Target): ContextTarget {
  const parts = path.split('/');
  const owner = parts.length === 3 ? parts.slice(0, 2).join('/') : path;
  if (Object.keys(query).length === 0 && parts.length <= 3) {
    const target = parseCircleciTarget(parseTarget(`circleci:${owner}?context=*`));
    if (target.kind === 'context') return target;
  }
  throw new KeyturnError(
    'TARGET_INVALID',
    `"${text.slice(0, 200)}": that cannot be looked through`,
    {
      hint: 'Write circleci:VCS/ORG or circleci:VCS/ORG/PROJECT, where VCS is gh, bb or circleci.',
      effect: 'none',
    },
  );
}

const slugOf = ({ owner }: ContextTarget): string => ('slug' in owner ? owner.slug : owner.id);
