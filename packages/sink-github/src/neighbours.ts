import {
  formatTarget,
  KeyturnError,
  settled,
  slotName,
  type AdapterContext,
  type CallOptions,
  type Neighbour,
  type NeighbourQuery,
} from '@keyturn/core';

import { createClient, type Client } from './client.ts';
import { places } from './messages.ts';
import { readPage, type Named } from './pages.ts';
import { scopes } from './scopes.ts';
import type { GithubTarget } from './target.ts';

/** At most this many environments are read, to keep the number of requests at first contact low. */
const MOST_ENVIRONMENTS = 5;
/** Pages of variables, each with the 30 that GitHub returns at most. */
const MOST_PAGES = 2;
const VARIABLES = 30;
const NAME = /^[a-z_]\w{0,254}$/i;

/**
 * The other secrets of the place; the same names in other places from which a job of the repository reads: its environments, the
 * repository and the secrets that the organization shares with it; and the variables of Actions with one of the names or with the token.
 * What the token is not allowed to read is omitted.
 *
 * @param variable of the layout slots, in which each name becomes two
 */
export async function neighbours(
  target: GithubTarget,
  query: NeighbourQuery,
  context: AdapterContext,
  options: CallOptions,
  variable?: string,
): Promise<readonly Neighbour[]> {
  const { names } = query;
  const stored = variable === undefined ? names : names.flatMap(inBothSlots);
  const look = new Look(target, context, options);
  const ours = new Set(stored.map(upper));
  const [here, elsewhere, readable] = await settled([
    look.secrets(target),
    look.elsewhere((name) => ours.has(upper(name))),
    look.variables(query, new Set([...names, ...stored].map(upper)), variable),
  ]);
  const others = here.filter((name) => !ours.has(upper(name))).map((name) => ({ name }));
  return [...others, ...elsewhere, ...readable];
}

/** Reads what is near one target. */
class Look {
  readonly #target: GithubTarget;
  readonly #context: AdapterContext;
  readonly #options: CallOptions;

  constructor(target: GithubTarget, context: AdapterContext, options: CallOptions) {
    this.#target = target;
    this.#context = context;
    this.#options = options;
  }

  /** The names on the first page of a place's secrets. */
  async secrets(target: GithubTarget): Promise<readonly string[]> {
    return namesOf(await this.#page(target, target.scope.path, 'secrets'));
  }

  /** The wanted names in the other scopes that a job of Actions reads. */
  async elsewhere(isWanted: (name: string) => boolean): Promise<readonly Neighbour[]> {
    const target = this.#target;
    if (!hasJobs(target)) return [];
    const inScope = async (scope: string, reading: Promise<readonly string[]>, id?: string) =>
      (await orNone(reading))
        .filter(isWanted)
        .map((name) => ({ name, scope, ...(id !== undefined && { target: id }) }));
    const path = target.id.slice('github:'.length).split('?', 1)[0] ?? '';
    const shared = '/repos/{owner}/{repo}/actions/organization-secrets';
    const others = isEnvironment(target)
      ? [inScope(places.repository, this.secrets(inRepository(target)), `github:${path}`)]
      : (await orNone(this.#environments())).map((name) =>
          inScope(
            places.environment(name),
            this.secrets(inEnvironment(target, name)),
            formatTarget('github', path, { environment: name.toLowerCase() }),
          ),
        );
    const found = await Promise.all([
      ...others,
      inScope(places.organization, this.#page(target, shared, 'secrets').then(namesOf)),
    ]);
    return found.flat();
  }

  /** The variables that a job reads beside the secrets, limited to those that matter. */
  async variables(
    { token }: NeighbourQuery,
    names: ReadonlySet<string>,
    slot: string | undefined,
  ): Promise<readonly Neighbour[]> {
    const target = this.#target;
    const { variables } = target.scope;
    if (variables === undefined) return [];
    const inScope = async (scope: string, path: string, pages: number) =>
      (await orNone(this.#variables(path, pages)))
        .filter(({ name }) => slot === undefined || upper(name) !== upper(slot))
        .flatMap((item): Neighbour[] => {
          const shows = showsToken(item, token);
          const { name } = item;
          return shows || names.has(upper(name))
            ? [{ name, scope, ...(shows && { shows: 'yes' as const }) }]
            : [];
        });
    const outer = scopes['repository/actions']?.variables?.path ?? '';
    const found = await Promise.all([
      inScope(places.variable, variables.path, MOST_PAGES),
      ...(isEnvironment(target) ? [inScope(places.repositoryVariable, outer, 1)] : []),
      ...(hasJobs(target)
        ? [
            inScope(
              places.organizationVariable,
              '/repos/{owner}/{repo}/actions/organization-variables',
              1,
            ),
          ]
        : []),
    ]);
    return found.flat();
  }

  async #variables(path: string, pages: number): Promise<readonly Named[]> {
    const items: Named[] = [];
    for (let page = 1; page <= pages; page++) {
      const query = { per_page: VARIABLES, page };
      const one = await readPage(
        this.#client(this.#target),
        `GET ${path}`,
        'variables',
        this.#options,
        query,
      );
      items.push(...one.items.filter(({ name }) => NAME.test(name)));
      if (page * VARIABLES >= one.total) break;
    }
    return items;
  }

  async #environments(): Promise<readonly string[]> {
    const path = '/repos/{owner}/{repo}/environments';
    const items = await this.#page(this.#target, path, 'environments');
    return items.map(({ name }) => name).slice(0, MOST_ENVIRONMENTS);
  }

  async #page(target: GithubTarget, path: string, key: string): Promise<readonly Named[]> {
    return (await readPage(this.#client(target), `GET ${path}`, key, this.#options)).items;
  }

  #client(target: GithubTarget): Client {
    return createClient(target, this.#context);
  }
}

const upper = (name: string): string => name.toUpperCase();

const inBothSlots = (name: string): readonly string[] => [slotName(name, 'A'), slotName(name, 'B')];

const namesOf = (items: readonly Named[]): readonly string[] =>
  items.map(({ name }) => name).filter((name) => NAME.test(name));

const isEnvironment = ({ parameters }: GithubTarget): boolean => 'environment_name' in parameters;

/** Only jobs of Actions fall back to another scope for what one lacks. */
const hasJobs = ({ parameters, app }: GithubTarget): boolean =>
  'repo' in parameters && app === 'actions';

function inRepository(target: GithubTarget): GithubTarget {
  const { environment_name: _, ...parameters } = target.parameters;
  return { ...target, parameters, scope: scopes['repository/actions'] ?? target.scope };
}

function inEnvironment(target: GithubTarget, name: string): GithubTarget {
  const parameters = { ...target.parameters, environment_name: name };
  return { ...target, parameters, scope: scopes['environment/actions'] ?? target.scope };
}

function showsToken({ value }: Named, token: string | undefined): boolean {
  if (token === undefined || token === '' || typeof value !== 'string') return false;
  const text = value.trim();
  return text === token || text.startsWith(`${token}:`);
}

/** A denied read is not a failure here: reading the environments, for example, needs a permission that a rotation does not need. */
async function orNone<Item>(reading: Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await reading;
  } catch (error) {
    const isRefused =
      KeyturnError.is(error) &&
      (error.code === 'PERMISSION_DENIED' || error.code === 'TARGET_NOT_FOUND');
    if (isRefused) return [];
    throw error;
  }
}
