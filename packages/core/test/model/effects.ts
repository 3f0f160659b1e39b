import {
  compareStamp,
  fingerprint,
  KeyturnError,
  matches,
  reveal,
  Secret,
  type Clock,
  type Confirmation,
  type Receipt,
  type SecretSink,
  type TokenIssuer,
} from '../../src/index.ts';
import {
  EMPTY,
  type LedgerRecord,
  parseRecord,
  revisionOf,
  serialise,
  type StateStore,
} from '../../src/ledger/index.ts';
import type { Late, ModelState, Settings } from './state.ts';

/** What may become of one request. */
export type Fate =
  | 'ok'
  | 'refused'
  /** It is remembered, and done with the next one. */
  | 'waits'
  | 'unanswered'
  | 'late'
  | 'died before'
  | 'died after'
  | 'died late'
  | 'lands first';

/** Asked at every request: which of these happens. A process that died is never answered. */
export type Choose = (what: string, fates: readonly Fate[]) => Fate;

const READ: readonly Fate[] = ['ok', 'refused', 'died before'];
const APPEND: readonly Fate[] = ['ok', 'refused', 'died before', 'died after'];
/** A result may stay in memory until the next announcement, and is gone if the process dies before; or it is written at once. */
const RESULT: readonly Fate[] = ['waits', 'ok', 'refused'];
const WRITE: readonly Fate[] = [
  'ok',
  'refused',
  'unanswered',
  'late',
  'died before',
  'died after',
  'died late',
];
const never = new Promise<never>(() => {});
const secretOf = (id: string): string => `secret-of-${id}`;
const iso = (time: number): string => new Date(time).toISOString();

/** The virtual world of one run: the contracts of core over plain data, with a choice at every request. */
export class Effects {
  readonly #state: ModelState;
  readonly #settings: Settings;
  readonly #choose: Choose;
  readonly clock: Clock;

  constructor(state: ModelState, settings: Settings, choose: Choose) {
    this.#state = state;
    this.#settings = settings;
    this.#choose = choose;
    this.clock = {
      now: () => state.now,
      sleep: async (milliseconds) => pass(state, settings, milliseconds),
    };
  }

  async #read<Answer>(what: string, answer: () => Answer): Promise<Answer> {
    const fate = this.#ask(what, READ);
    if (fate === 'died before') return never;
    if (fate === 'refused') throw failure(what, 'none');
    return answer();
  }

  /** `late` is what may land later; undefined for what cannot. */
  async #write<Answer>(
    what: string,
    effect: () => Answer,
    late: Late | undefined,
  ): Promise<Answer> {
    const fates = late === undefined ? WRITE.filter((fate) => !fate.includes('late')) : WRITE;
    const fate = this.#ask(what, fates);
    if (fate === 'refused') throw failure(what, 'none', 'PERMISSION_DENIED');
    if (fate === 'ok') return effect();
    if (fate === 'unanswered' || fate === 'died after') effect();
    if ((fate === 'late' || fate === 'died late') && late !== undefined)
      this.#state.late.push(late);
    if (fate.startsWith('died')) return never;
    throw failure(what, 'unknown');
  }

  #ask(what: string, fates: readonly Fate[]): Fate {
    pass(this.#state, this.#settings, this.#settings.pace);
    const state = this.#state;
    const fate = this.#choose(what, state.late.length > 0 ? [...fates, 'lands first'] : fates);
    if (fate !== 'lands first') return fate;
    const [first] = state.late.splice(0, 1);
    if (first !== undefined) land(state, this.#settings, first);
    return 'ok';
  }

  store(): StateStore {
    const { ledger } = this.#state;
    return {
      specVersion: 1,
      kind: 'model',
      // Nothing but the ledger says which tokens without a label are this rotation's.
      trusted: this.#settings.issuer === 'candidates',
      open: async () => {
        const records = ledger.map((line) => parseRecord(line, 'model'));
        const from = Math.max(
          0,
          records.findLastIndex(({ event }) => event.type === 'opened'),
        );
        const last = records.at(-1);
        return { records: records.slice(from), revision: last ? revisionOf(last) : EMPTY };
      },
      async *history() {
        for (const line of ledger) yield parseRecord(line, 'model');
      },
      lock: async () => {
        let waiting: readonly LedgerRecord[] = [];
        const keep = async (records: readonly LedgerRecord[], fates: readonly Fate[]) => {
          const what = records.map(({ event }) => event.type).join(' ');
          const fate = this.#ask(`append ${what}`, fates);
          if (fate === 'died before') return never;
          if (fate === 'refused') throw failure('append', 'none', 'STATE_FAILED');
          if (fate === 'waits') {
            waiting = [...waiting, ...records];
            return;
          }
          ledger.push(...[...waiting, ...records].map(serialise));
          waiting = [];
          return fate === 'died after' ? never : undefined;
        };
        return {
          signal: new AbortController().signal,
          append: async (records, revision, options) => {
            const isResult = options?.durable === 'with-the-next';
            await keep(records, isResult ? RESULT : APPEND);
            const last = records.at(-1);
            return last === undefined ? revision : revisionOf(last);
          },
          confirm: async () => {},
          release: async () => {
            if (waiting.length > 0) await keep([], APPEND);
          },
        };
      },
      holders: async () => [],
      rotations: async () => (ledger.length > 0 ? ['r'] : []),
      claim: async () => true,
    };
  }

  issuer(): TokenIssuer {
    const state = this.#state;
    const ref = (token: { id: string; label: string }) => ({
      id: token.id,
      label: token.label,
      issuedAt: iso(0),
    });
    const { issuer: kind } = this.#settings;
    const read = this.#read.bind(this);
    const switched = (disabled: boolean) => (id: string) =>
      this.#write(
        `${disabled ? 'disable' : 'enable'} ${id}`,
        () => {
          const token = find(id);
          if (token !== undefined) token.disabled = disabled;
        },
        undefined,
      );
    const find = (id: string) => state.tokens.find((token) => token.id === id && token.live);
    return {
      specVersion: 1,
      kind: 'model',
      id: 'model:acme',
      supports: {
        permissions: kind === 'at creation' ? 'issue' : 'grant',
        find: kind === 'candidates' ? 'candidates' : 'label',
        overlap: true,
        disable: kind === 'disabled first',
        lastUsed: false,
      },
      ...(kind === 'disabled first' && { disable: switched(true), enable: switched(false) }),
      check: () =>
        this.#read('check issuer', () => ({
          account: 'acme',
          can: { list: 'yes', create: 'yes', grant: 'yes', revoke: 'yes' },
          problems: [],
        })),
      list: async function* list(this: void) {
        yield* await read('list', () => state.tokens.filter(({ live }) => live).map(ref));
      },
      get: (id) =>
        this.#read(`get ${id}`, () => {
          const token = find(id);
          return token && { ...ref(token), permissions: [] };
        }),
      issue: ({ label }) =>
        this.#write(
          'issue',
          () => {
            const token = create(state, label);
            const pair = new Secret(`${token.id}:${secretOf(token.id)}`);
            return { token: ref(token), fields: { id: token.id, pair } };
          },
          { what: 'create', label, until: state.now + latest() },
        ),
      find: (label, { known = [] }) =>
        this.#read('find', () =>
          state.tokens
            .filter(({ live }) => live)
            .filter((token) =>
              kind === 'candidates' ? !known.includes(token.id) : token.label === label,
            )
            .map(ref),
        ),
      grant: () => this.#read('grant', () => {}),
      ungrant: async () => {},
      verify: () => this.#read('verify', () => ({ ok: true })),
      revoke: (id) =>
        this.#write(
          `revoke ${id}`,
          () => {
            const token = find(id);
            if (token === undefined) return 'gone';
            token.live = false;
            return 'revoked';
          },
          undefined,
        ),
    };
  }

  sink(id: string): SecretSink {
    const state = this.#state;
    const { readBack, resolution } = this.#settings;
    const entries = (): Record<string, { token: string; stamp: number }> => state.sinks[id] ?? {};
    const valueOf = (token: string): string => `${token}:${secretOf(token)}`;
    const clock = (): string => iso(cut(state.now - 2143, resolution));
    return {
      specVersion: 1,
      kind: 'model',
      id,
      supports: { readBack, atomic: true, remove: false },
      limits: {},
      check: (names) =>
        this.#read(`check ${id}`, () => ({
          present: names.filter((name) => name in entries()).map((name) => ({ name })),
          clock: clock(),
          warnings: [],
        })),
      deliver: async ([entry]) => {
        const name = entry?.name ?? '';
        const token = reveal(entry?.value ?? '').split(':', 1)[0] ?? '';
        const before = entries()[name]?.stamp;
        return this.#write(
          `deliver ${token} to ${id}`,
          (): Receipt => {
            put(state, this.#settings, id, name, token);
            const { stamp } = entries()[name] ?? { stamp: 0 };
            const shown = readBack === 'value' ? fingerprint(valueOf(token)) : String(stamp);
            const isNew = readBack === 'value' || stamp !== before;
            return {
              at: iso(state.now),
              clock: clock(),
              ...(isNew && readBack !== 'none' && { stamps: { [name]: shown } }),
            };
          },
          { what: 'write', sink: id, name, token, until: state.now + latest() },
        );
      },
      confirm: ([expected], proof) =>
        this.#read(`confirm ${id}`, (): Confirmation => {
          const name = expected?.name ?? '';
          const entry = entries()[name];
          if (entry === undefined) return 'absent';
          if (readBack === 'none') return 'unreadable';
          const plain = expected?.value === undefined ? undefined : reveal(expected.value);
          if (readBack !== 'value')
            return compareStamp(name, String(entry.stamp), proof, resolution);
          if (plain !== undefined) return plain === valueOf(entry.token) ? 'same' : 'different';
          const stamp = proof.receipt?.stamps?.[name];
          if (stamp === undefined) return 'unreadable';
          return matches(stamp, valueOf(entry.token)) ? 'same' : 'different';
        }),
    };
  }
}

/** A request lands before it is settled, however late. */
function latest(): number {
  return 19_000;
}

function cut(time: number, resolution: number): number {
  return Math.floor(time / resolution) * resolution;
}

function create(state: ModelState, label: string): ModelState['tokens'][number] {
  const token = { id: `t${++state.made}`, label, live: true, condemned: false };
  state.tokens.push(token);
  return token;
}

function put(
  state: ModelState,
  { resolution }: Settings,
  sink: string,
  name: string,
  token: string,
): void {
  const stamp = cut(state.now + 7321, resolution);
  state.sinks[sink] = { ...state.sinks[sink], [name]: { token, stamp } };
}

export function land(state: ModelState, settings: Settings, late: Late): void {
  if (late.what === 'create') create(state, late.label);
  else put(state, settings, late.sink, late.name, late.token);
}

/** Lets time pass; what is late lands at its last moment, if it did not before. */
export function pass(state: ModelState, settings: Settings, milliseconds: number): void {
  const end = state.now + milliseconds;
  for (const late of state.late.filter(({ until }) => until <= end)) {
    state.now = Math.max(state.now, late.until);
    state.late = state.late.filter((one) => one !== late);
    land(state, settings, late);
  }
  state.now = Math.max(state.now, end);
}

function failure(
  what: string,
  effect: 'none' | 'unknown',
  code: KeyturnError['code'] = 'NETWORK_FAILED',
): KeyturnError {
  return new KeyturnError(code, `${what} failed`, { effect });
}
