import {
  type Clock,
  type Credential,
  KeyturnError,
  type Random,
  reveal,
  Secret,
  type TokenInfo,
  type TokenIssuer,
  type TokenRef,
} from '../../index.ts';
import { seededRandom } from './random.ts';
import { type FaultHook, Wire } from './wire.ts';

/** A token as the server has it, secret and all. */
export interface MemoryToken {
  readonly id: string;
  readonly label: string;
  readonly secret: string;
  /** Sorted, without duplicates. */
  permissions: readonly string[];
  readonly issuedAt: string;
  readonly expiresAt?: string;
  revokedAt?: string;
  lastUsedAt?: string;
}

export interface MemoryIssuerOptions {
  /** @default 'acme' */
  readonly account?: string;
  readonly clock: Clock;
  /** Where secrets come from. */
  readonly random?: Random;
  /** @default 25 */
  readonly pageSize?: number;
  readonly faults?: FaultHook;
}

/** An issuer whose server is an array. */
export interface MemoryIssuer extends TokenIssuer {
  /** Every token that ever was, the oldest first; a revoked one stays, with `revokedAt`. */
  readonly tokens: readonly MemoryToken[];
  /** Makes a token that no request asked for. */
  seed(token?: Partial<MemoryToken>): MemoryToken;
  /** What a CI job does with a secret or `id:secret`: the token that it works as, or undefined where it does not work. */
  use(secretOrPair: string): MemoryToken | undefined;
  landLate(): number;
}

/** An issuer in memory, whose credentials have the fields `id`, `token` and `pair`. */
export function memoryIssuer(options: MemoryIssuerOptions): MemoryIssuer {
  const { account = 'acme', clock, random = seededRandom(1), pageSize = 25, faults } = options;
  const id = `memory:${account}`;
  const wire = new Wire(id, clock, faults);
  const tokens: MemoryToken[] = [];

  const isLive = ({ revokedAt, expiresAt }: MemoryToken): boolean =>
    revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > clock.now());
  const live = (): MemoryToken[] => tokens.filter((token) => token.revokedAt === undefined);
  const one = (wanted: string): MemoryToken => {
    const token = live().find((each) => each.id === wanted);
    if (token !== undefined) return token;
    throw new KeyturnError('TOKEN_NOT_FOUND', `${id} has no token ${wanted}`, {
      hint: 'List the tokens that there are.',
      effect: 'none',
    });
  };
  const seed = (given: Partial<MemoryToken> = {}): MemoryToken => {
    const number = String(tokens.length + 1).padStart(6, '0');
    const token: MemoryToken = {
      id: `tkn${number}`,
      label: `seeded-${number}`,
      secret: `memory_tkn_${Array.from({ length: 32 }, () => Math.floor(random() * 36).toString(36)).join('')}`,
      permissions: [],
      issuedAt: iso(clock.now()),
      ...given,
    };
    tokens.push(token);
    return token;
  };
  const use = (text: string): MemoryToken | undefined => {
    wire.landDue();
    const token = tokens.find(
      (each) => isLive(each) && (text === each.secret || text === `${each.id}:${each.secret}`),
    );
    if (token !== undefined) token.lastUsedAt = iso(clock.now());
    return token;
  };

  return {
    specVersion: 1,
    kind: 'memory',
    id,
    get tokens() {
      wire.landDue();
      return tokens;
    },
    seed,
    use,
    landLate: () => wire.landLate(),
    check: ({ signal }) =>
      wire.read('check', account, signal, () => ({
        account,
        can: { list: 'yes', create: 'yes', grant: 'yes', revoke: 'yes' },
        problems: [],
      })),
    credentials: ({ signal }) =>
      wire.read('credentials', account, signal, () => ({
        source: 'memory',
        accounts: [account],
        warnings: [],
      })),
    async *list({ signal }) {
      for (let start = 0; ; start += pageSize) {
        const page = await wire.read('list', `from ${start}`, signal, () =>
          live().slice(start, start + pageSize),
        );
        for (const token of page) yield info(token);
        if (page.length < pageSize) return;
      }
    },
    get: (wanted, { signal }) =>
      wire.read('get', wanted, signal, () => {
        const token = live().find((each) => each.id === wanted);
        return token && { ...info(token), permissions: token.permissions };
      }),
    issue: ({ label, ttl }, { signal }) =>
      wire.write('issue', label, signal, (at) =>
        credential(
          seed({
            label,
            issuedAt: iso(at),
            ...(ttl !== undefined && { expiresAt: iso(at + ttl * 1000) }),
          }),
        ),
      ),
    find: (label, { signal }) =>
      wire.read('find', label, signal, () =>
        live()
          .filter((token) => token.label === label)
          .map(reference),
      ),
    grant: (wanted, permissions, { signal }) =>
      wire.write('grant', wanted, signal, () => {
        const token = one(wanted);
        token.permissions = [...new Set([...token.permissions, ...permissions])].toSorted();
      }),
    ungrant: (wanted, permissions, { signal }) =>
      wire.write('ungrant', wanted, signal, () => {
        const token = one(wanted);
        token.permissions = token.permissions.filter((name) => !permissions.includes(name));
      }),
    verify: ({ token: { id: wanted }, fields }, expected, { signal }) =>
      wire.read('verify', wanted, signal, () => {
        const token = use(reveal(fields['pair'] ?? ''));
        const missing = expected.filter((name) => !token?.permissions.includes(name));
        if (token?.id === wanted && missing.length === 0) return { ok: true };
        const why = token === undefined ? 'does not work' : `may not ${missing.join(', ')}`;
        return {
          ok: false,
          error: new KeyturnError('VERIFY_FAILED', `${id}: token ${wanted} ${why}`, {
            effect: 'none',
          }),
        };
      }),
    revoke: (wanted, { signal }) =>
      wire.write('revoke', wanted, signal, (at) => {
        const token = live().find((each) => each.id === wanted);
        if (token === undefined) return 'gone';
        token.revokedAt = iso(at);
        return 'revoked';
      }),
  };
}

function reference({ id, label, issuedAt, expiresAt }: MemoryToken): TokenRef {
  return { id, label, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
}

function info(token: MemoryToken): TokenInfo {
  const { lastUsedAt } = token;
  return { ...reference(token), ...(lastUsedAt !== undefined && { lastUsedAt }) };
}

function credential(token: MemoryToken): Credential {
  const pair = new Secret(`${token.id}:${token.secret}`);
  const fields = { id: token.id, token: new Secret(token.secret), pair };
  return { token: reference(token), fields };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
