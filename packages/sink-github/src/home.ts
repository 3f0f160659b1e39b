import { serverTime, type AdapterContext, type CallOptions, type Fetch } from '@keyturn/core';

import { fullNameIn, REPOSITORY, type Client } from './client.ts';
import { apiUrl } from './connection.ts';
import { notWritable, type Obstacle } from './messages.ts';
import { classicScopesOf } from './public-key.ts';
import { movedError } from './refusal.ts';

/** What contains the secrets: a repository or an organization. */
export interface Home {
  /** GitHub's permanent id: `repository:123`. Undefined if GitHub did not show it. */
  readonly id: string | undefined;
  /** GitHub's clock, in milliseconds since the epoch; undefined if it was read a while ago. */
  readonly shownAt: number | undefined;
}

interface Facts {
  readonly id?: string;
  readonly fullName?: string | undefined;
  readonly obstacle?: Obstacle | undefined;
  readonly shownAt: number | undefined;
}

/** The sinks of one repository, such as its environments, are checked shortly after each other. */
const KEPT_FOR = 60_000;

interface Sharing {
  readonly known: Map<string, { readonly facts: Facts; readonly until: number }>;
  /** Concurrent reads share one request. The calls of a rotation share a signal, so they end together. */
  readonly asked: WeakMap<AbortSignal, Map<string, Promise<Facts>>>;
}
const sharings = new WeakMap<Fetch, Sharing>();

/**
 * Reads the repository or the organization of the secrets, once for all its sinks. An environment needs no read of its own: its key
 * proves that it exists, it cannot be renamed, and its id needs one more permission.
 *
 * A denied read proves nothing: whether the token can write shows elsewhere.
 *
 * @throws {KeyturnError} `PERMISSION_DENIED` if GitHub shows that nothing can be written there, `TARGET_NOT_FOUND` if it was renamed, and
 * the errors of a failed request
 */
export async function readHome(
  client: Client,
  context: AdapterContext,
  options: CallOptions,
): Promise<Home> {
  const { target } = client;
  const { id, fullName, obstacle, shownAt } = await sharedFacts(client, context, options);
  const asked = nameOf(client);
  if (fullName !== undefined && fullName.toLowerCase() !== asked.toLowerCase())
    throw movedError(target, REPOSITORY, fullName);
  if (obstacle !== undefined) throw notWritable(target.id, asked, obstacle);
  return { id, shownAt };
}

async function sharedFacts(
  client: Client,
  { env, fetch, clock }: AdapterContext,
  options: CallOptions,
): Promise<Facts> {
  const sharing = sharings.get(fetch) ?? { known: new Map(), asked: new WeakMap() };
  sharings.set(fetch, sharing);
  const key = `${apiUrl(env)} ${nameOf(client).toLowerCase()}`;
  const known = sharing.known.get(key);
  if (known !== undefined && clock.now() < known.until)
    return { ...known.facts, shownAt: undefined };
  const asked = sharing.asked.get(options.signal) ?? new Map<string, Promise<Facts>>();
  sharing.asked.set(options.signal, asked);
  const asking = asked.get(key) ?? ask();
  asked.set(key, asking);
  return asking;

  async function ask(): Promise<Facts> {
    try {
      const facts = await readFacts(client, options);
      if (facts.id !== undefined && facts.obstacle === undefined)
        sharing.known.set(key, { facts, until: clock.now() + KEPT_FOR });
      return facts;
    } finally {
      asked.delete(key);
    }
  }
}

async function readFacts({ target, request }: Client, options: CallOptions): Promise<Facts> {
  const isRepository = 'repo' in target.parameters;
  const answer = await request(isRepository ? REPOSITORY : 'GET /orgs/{org}', {}, options);
  const { status } = answer;
  const shownAt = serverTime(answer.headers);
  if (status === 401 || status === 429 || status < 200 || status >= 500) throw await answer.error();
  if (status !== 200) return { shownAt };
  const data = (answer.data ?? {}) as Record<string, unknown>;
  const id = Number.isSafeInteger(data['id']) ? String(data['id']) : undefined;
  const kind = isRepository ? 'repository' : 'organization';
  return {
    ...(id !== undefined && { id: `${kind}:${id}` }),
    ...(isRepository && { fullName: fullNameIn(data) }),
    obstacle: obstacleIn(data, classicScopesOf(answer) !== undefined),
    shownAt,
  };
}

/**
 * docs: «Archiving repositories»: an archived repository is read-only, and so are its secrets. The role counts only for classic tokens:
 * for an App or a fine-grained token, it does not show whether these can write secrets.
 */
function obstacleIn(data: Record<string, unknown>, isClassic: boolean): Obstacle | undefined {
  const { archived, archived_at: archivedAt, disabled, permissions } = data;
  if (archived === true || typeof archivedAt === 'string') return 'archived';
  if (disabled === true) return 'disabled';
  const { push } = (permissions ?? {}) as { push?: unknown };
  return isClassic && push === false ? 'readOnly' : undefined;
}

function nameOf({ target: { parameters } }: Client): string {
  const { owner = '', repo, org = '' } = parameters;
  return repo === undefined ? org : `${owner}/${repo}`;
}
