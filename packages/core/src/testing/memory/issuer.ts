import {
  type CallOptions,
  type Clock,
  type IssuerSupports,
  KeyturnError,
  type Random,
  reveal,
  type TokenIssuer,
} from '../../index.ts';
import { iso } from './platform.ts';
import { seededRandom } from './random.ts';
import { credential, type IssuerTimes, type MemoryToken, Tokens } from './tokens.ts';
import { type FaultHook, Wire } from './wire.ts';

export interface MemoryIssuerOptions {
  /** @default 'acme' */
  readonly account?: string;
  readonly clock: Clock;
  /** Where secrets come from. */
  readonly random?: Random;
  /** @default 25 */
  readonly pageSize?: number;
  readonly times?: IssuerTimes;
  /** Where the issuer is. */
  readonly server?: string;
  readonly faults?: FaultHook;
  /** What kind of issuer it is. @default permissions by `grant`, found by label, and no limit */
  readonly supports?: Partial<IssuerSupports>;
  /** Milliseconds until a new token can be used. @default 0 */
  readonly readyAfter?: number;
  /** Milliseconds until a revoked token is gone. @default 0 */
  readonly endsAfter?: number;
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

/** An issuer in memory, where `…_tokens` are the permissions to manage tokens, and whose credentials have the fields `id`, `token` and `pair`. */
export function memoryIssuer(options: MemoryIssuerOptions): MemoryIssuer {
  const { account = 'acme', clock, random = seededRandom(1), pageSize = 25, faults } = options;
  const { readyAfter = 0, endsAfter = 0 } = options;
  const supports: IssuerSupports = {
    permissions: 'grant',
    find: 'label',
    overlap: true,
    disable: false,
    lastUsed: true,
    expiry: 'second',
    ...options.supports,
  };
  const { most = Infinity } = supports;
  const id = `memory:${account}`;
  const wire = new Wire(id, clock, faults);
  const tokens = new Tokens(clock, {
    ...options.times,
    hasLabels: supports.find === 'label',
    endsAfter,
  });

  const seed = (given: Partial<MemoryToken> = {}, at = clock.now()): MemoryToken => {
    const number = String(tokens.all.length + 1).padStart(6, '0');
    const token: MemoryToken = {
      id: `tkn${number}`,
      label: `seeded-${number}`,
      secret: `memory_tkn_${Array.from({ length: 32 }, () => Math.floor(random() * 36).toString(36)).join('')}`,
      permissions: [],
      issuedAt: iso(tokens.shown(at)),
      ...given,
    };
    tokens.add(token, at);
    return token;
  };
  const use = (text: string): MemoryToken | undefined => {
    wire.landDue();
    const token = tokens.all.find(
      (each) =>
        tokens.works(each) && (text === each.secret || text === `${each.id}:${each.secret}`),
    );
    if (token !== undefined) token.lastUsedAt = iso(tokens.shown(clock.now()));
    return token;
  };
  const isReady = (token: MemoryToken | undefined): boolean =>
    token !== undefined && clock.now() >= (tokens.madeAt.get(token.id) ?? 0) + readyAfter;
  /** Asks for the right to write first. A turn of its own would be one in which nothing is under way yet. */
  const write = async <Answer>(
    method: string,
    about: string,
    { signal, beforeWrite }: CallOptions,
    effect: (at: number) => Answer,
  ): Promise<Answer> => {
    if (beforeWrite !== undefined) await beforeWrite();
    return wire.write(method, about, signal, effect);
  };
  const change = (wanted: string, at: number, changes: Partial<MemoryToken>): void => {
    if (tokens.change(wanted, at, changes)) return;
    throw new KeyturnError('TOKEN_NOT_FOUND', `${id} has no token ${wanted}`, {
      hint: 'List the tokens that there are.',
      effect: 'none',
    });
  };

  return {
    specVersion: 1,
    kind: 'memory',
    id,
    supports,
    ...(options.server !== undefined && { server: options.server }),
    get tokens() {
      wire.landDue();
      return tokens.all;
    },
    seed: (given) => seed(given),
    use,
    managing: (permissions) => permissions.filter((one) => one.endsWith('_tokens')),
    landLate: () => wire.landLate(),
    check: ({ signal }) =>
      wire.read('check', account, signal, () => ({
        account,
        can: { list: 'yes', create: 'yes', grant: 'yes', revoke: 'yes' },
        ...(supports.most !== undefined && { room: supports.most - tokens.existing().length }),
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
          tokens.visible().slice(start, start + pageSize),
        );
        for (const token of page) yield tokens.info(token);
        if (page.length < pageSize) return;
      }
    },
    get: (wanted, { signal }) =>
      wire.read('get', wanted, signal, () => {
        const token = tokens.visible().find((each) => each.id === wanted);
        return token && { ...tokens.info(token), permissions: token.permissions };
      }),
    issue: ({ label, ttl, permissions = [] }, call) =>
      write('issue', label, call, (at) => {
        if (tokens.existing().length >= most) throw full(id);
        const issuedAt = tokens.shown(at);
        const expiry = ttl === undefined ? {} : { expiresAt: iso(issuedAt + ttl) };
        const given =
          supports.permissions === 'issue' ? { permissions: [...permissions].toSorted() } : {};
        return credential(seed({ label, issuedAt: iso(issuedAt), ...expiry, ...given }, at));
      }),
    find: (label, { signal, known = [] }) =>
      wire.read('find', label, signal, () =>
        tokens
          .visible()
          .filter((token) =>
            supports.find === 'label' ? token.label === label : !known.includes(token.id),
          )
          .map((token) => tokens.reference(token)),
      ),
    ...(readyAfter > 0 && {
      ready: (wanted: string, { signal }: CallOptions) =>
        wire.read('ready', wanted, signal, () => isReady(tokens.get(wanted))),
    }),
    ...(supports.disable && {
      disable: (wanted: string, call: CallOptions) =>
        write('disable', wanted, call, (at) => change(wanted, at, { disabled: true })),
      enable: (wanted: string, call: CallOptions) =>
        write('enable', wanted, call, (at) => change(wanted, at, { disabled: false })),
    }),
    grant: (wanted, permissions, call) =>
      write('grant', wanted, call, (at) => {
        if (supports.permissions !== 'grant') throw fixed(id);
        const granted = tokens.get(wanted)?.permissions ?? [];
        change(wanted, at, { permissions: [...new Set([...granted, ...permissions])].toSorted() });
      }),
    ungrant: (wanted, permissions, call) =>
      write('ungrant', wanted, call, (at) => {
        if (supports.permissions !== 'grant') throw fixed(id);
        const granted = tokens.get(wanted)?.permissions ?? [];
        change(wanted, at, { permissions: granted.filter((name) => !permissions.includes(name)) });
      }),
    verify: ({ token: { id: wanted }, fields }, expected, { signal }) =>
      wire.read('verify', wanted, signal, () => {
        const token = use(reveal(fields['pair'] ?? ''));
        const missing = expected.filter((name) => !token?.permissions.includes(name));
        const isEqual =
          supports.permissions !== 'issue' || token?.permissions.length === expected.length;
        if (!isEqual && missing.length === 0) missing.push('less');
        if (token?.id === wanted && missing.length === 0) return { ok: true };
        const why = token === undefined ? 'does not work' : `may not ${missing.join(', ')}`;
        return {
          ok: false,
          error: new KeyturnError('VERIFY_FAILED', `${id}: token ${wanted} ${why}`, {
            effect: 'none',
          }),
        };
      }),
    revoke: (wanted, call) => write('revoke', wanted, call, (at) => tokens.end(wanted, at)),
  };
}

function full(id: string): KeyturnError {
  return new KeyturnError('REMOTE_REJECTED', `${id} has no room for another token`, {
    effect: 'none',
  });
}

function fixed(id: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', `${id} gives permissions at creation`, {
    effect: 'none',
  });
}
