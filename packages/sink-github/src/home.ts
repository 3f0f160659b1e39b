import { KeyturnError, type AdapterContext, type CallOptions, type Fetch } from '@keyturn/core';

import { fullNameIn, REPOSITORY, type Client } from './client.ts';
import { apiUrl } from './connection.ts';
import { classicScopesOf } from './public-key.ts';
import { movedError } from './refusal.ts';
import { dateOf } from './time.ts';

/** What holds the secrets: a repository or an organization. */
export interface Home {
  /** GitHub's own unchanging id: `repository:123`. Undefined if GitHub did not show it. */
  readonly id: string | undefined;
  /** GitHub's clock, in milliseconds since the epoch; undefined if it was read a while ago. */
  readonly shownAt: number | undefined;
}

interface Facts {
  readonly id?: string;
  readonly fullName?: string | undefined;
  /** Why nothing can be written there, as the end of a sentence. */
  readonly obstacle?: { readonly why: string; readonly hint: string } | undefined;
  readonly shownAt: number | undefined;
}

/** The sinks of one repository, such as its environments, are checked within moments of each other. */
const KEPT_FOR = 60_000;

interface Sharing {
  readonly known: Map<string, { readonly facts: Facts; readonly until: number }>;
  /** Where several ask at once, one is asked. The calls of a rotation share a signal, and end together. */
  readonly asked: WeakMap<AbortSignal, Map<string, Promise<Facts>>>;
}
const sharings = new WeakMap<Fetch, Sharing>();

/**
 * Reads the repository, or the organization, that the secrets belong to, once for all sinks of it. The environment needs no read of its own: its
 * key proves that it is there, GitHub gives it no other name, and its id asks for one more permission.
 *
 * A refusal proves nothing here: whether the token can write shows elsewhere.
 *
 * @throws {KeyturnError} `PERMISSION_DENIED` if GitHub shows that nothing can be written there, `TARGET_NOT_FOUND` if it has another name
 * by now, and what a request may fail with
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
  if (obstacle !== undefined)
    throw new KeyturnError('PERMISSION_DENIED', `${target.id}: ${asked} ${obstacle.why}`, {
      hint: obstacle.hint,
      effect: 'none',
    });
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
  const shownAt = dateOf(answer);
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
 * docs: «Archiving repositories»: archived ones are read-only, secrets too. The role is believed only of classic tokens: what GitHub shows of an App or
 * a fine-grained token there is not what these may do with secrets.
 */
function obstacleIn(data: Record<string, unknown>, isClassic: boolean): Facts['obstacle'] {
  const { archived, archived_at: archivedAt, disabled, permissions } = data;
  if (archived === true || typeof archivedAt === 'string')
    return {
      why: 'is archived: secrets cannot be written',
      hint: 'Unarchive it, or remove it from the sinks.',
    };
  if (disabled === true)
    return {
      why: 'is disabled by GitHub: secrets cannot be written',
      hint: 'See what GitHub says on its page, or remove it from the sinks.',
    };
  const { push } = (permissions ?? {}) as { push?: unknown };
  if (isClassic && push === false)
    return {
      why: 'may be read but not written by the owner of the token',
      hint: 'Give the owner of the token the role Write there, or use the token of somebody who has it.',
    };
  return undefined;
}

function nameOf({ target: { parameters } }: Client): string {
  const { owner = '', repo, org = '' } = parameters;
  return repo === undefined ? org : `${owner}/${repo}`;
}
