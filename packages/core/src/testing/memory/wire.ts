import { type Clock, type Effect, type ErrorCode, KeyturnError } from '../../index.ts';

/** One request to a memory implementation, as a fault hook sees it. Nothing here is secret. */
export interface FaultCall {
  /** The id of the sink or issuer, `memory` for the store. */
  readonly adapter: string;
  readonly method: string;
  /** What the call is about: names, a label, an id, a rotation. */
  readonly about: string;
}

/**
 * What happens to a request.
 *
 * `ok`: it takes effect and is answered. `before`: it fails and had no effect. `after`: it takes effect, and the answer is
 * lost. `late`: the answer is lost, and the effect lands later: once the clock has gone on by so many milliseconds
 * (`Infinity`: never by itself) or at `landLate()`, or when the function that is given is called with `land` and calls it.
 */
export type Fault =
  | 'ok'
  | { readonly fail: 'before' | 'after'; readonly error?: Error }
  | { readonly late: number | ((land: () => void) => void) };

/**
 * Decides what happens to each request, before it takes effect. One that never resolves is a server that does not answer, or,
 * when every call of it stays open, a process that died.
 */
export type FaultHook = (call: FaultCall) => Fault | Promise<Fault>;

interface Late {
  readonly due: number;
  readonly land: (at: number) => void;
}

/** The way to a memory implementation's state: where requests fail, get lost and arrive late. */
export class Wire {
  readonly #adapter: string;
  readonly #clock: Clock;
  readonly #hook: FaultHook;
  readonly #code: ErrorCode;
  #late: Late[] = [];

  constructor(adapter: string, clock: Clock, hook: FaultHook = () => 'ok', code?: ErrorCode) {
    this.#adapter = adapter;
    this.#clock = clock;
    this.#hook = hook;
    this.#code = code ?? 'NETWORK_FAILED';
  }

  async read<Answer>(
    method: string,
    about: string,
    signal: AbortSignal | undefined,
    answer: () => Answer,
  ): Promise<Answer> {
    const fault = await this.#ask(method, about, signal, 'none');
    this.landDue();
    if (fault === 'ok') return answer();
    throw ('fail' in fault ? fault.error : undefined) ?? this.#lost(method, 'none');
  }

  /** `effect` gets the moment at which it lands. It happens at once or not at all. */
  async write<Answer>(
    method: string,
    about: string,
    signal: AbortSignal | undefined,
    effect: (at: number) => Answer,
  ): Promise<Answer> {
    const fault = await this.#ask(method, about, signal, 'unknown');
    this.landDue();
    if (fault === 'ok') return effect(this.#clock.now());
    if ('late' in fault) this.#defer(fault.late, effect);
    else if (fault.fail === 'before') throw fault.error ?? this.#lost(method, 'none');
    else unanswered(effect, this.#clock.now());
    throw ('fail' in fault ? fault.error : undefined) ?? this.#lost(method, 'unknown');
  }

  /** Lands what is late and due by now. Called whenever the state is looked at. */
  landDue(): void {
    const now = this.#clock.now();
    const due = this.#late.filter((late) => late.due <= now).toSorted((a, b) => a.due - b.due);
    this.#late = this.#late.filter((late) => late.due > now);
    for (const late of due) late.land(late.due);
  }

  /** Lands everything that is late, in the order in which it was sent; returns how many requests that were. */
  landLate(): number {
    this.landDue();
    const late = this.#late;
    this.#late = [];
    for (const { land } of late) land(this.#clock.now());
    return late.length;
  }

  #defer(late: number | ((land: () => void) => void), effect: (at: number) => unknown): void {
    const land = (at: number): void => unanswered(effect, at);
    if (typeof late === 'number') this.#late.push({ due: this.#clock.now() + late, land });
    else late(() => land(this.#clock.now()));
  }

  async #ask(
    method: string,
    about: string,
    signal: AbortSignal | undefined,
    effect: Effect,
  ): Promise<Fault> {
    if (signal?.aborted === true) throw this.#interrupted(method, 'none');
    const answer = this.#hook({ adapter: this.#adapter, method, about });
    if (signal === undefined) return answer;
    let abort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(this.#interrupted(method, effect));
    });
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([answer, aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #lost(method: string, effect: Effect): KeyturnError {
    return new KeyturnError(this.#code, `${this.#adapter}: ${method} was not answered`, {
      hint: 'Run it again.',
      effect,
    });
  }

  #interrupted(method: string, effect: Effect): KeyturnError {
    return new KeyturnError('INTERRUPTED', `${this.#adapter}: ${method} was interrupted`, {
      hint: 'Run it again.',
      effect,
    });
  }
}

/** What the server would have answered is lost too, refusals included. */
function unanswered(effect: (at: number) => unknown, at: number): void {
  try {
    effect(at);
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
  }
}
