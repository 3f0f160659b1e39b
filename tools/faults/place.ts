import {
  seededRandom,
  virtualClock,
  type VirtualClock,
} from '../../packages/core/src/testing/index.ts';
import { controlOf, startSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { credentialOf } from '../campaign/credentials/all.ts';
import { openExpired, openFront, type Front } from './front.ts';
import type { Row } from './row.ts';
import { Trial } from './trial.ts';
import { faultWorld } from './world.ts';

const DEFAULT_SINKS = ['github:acme/web', 'circleci:gh/acme/web'];

/** Providers' servers with fronts; each cell of the matrix gets a fresh world in it. */
export class Place {
  readonly #sandbox: Sandbox;
  readonly #fronts: ReadonlyMap<string, Front>;
  readonly #expired: Front;
  readonly #time: { clock: VirtualClock };

  private constructor(
    sandbox: Sandbox,
    fronts: ReadonlyMap<string, Front>,
    expired: Front,
    time: { clock: VirtualClock },
  ) {
    this.#sandbox = sandbox;
    this.#fronts = fronts;
    this.#expired = expired;
    this.#time = time;
  }

  static async open(): Promise<Place> {
    const time = { clock: virtualClock() };
    const random = seededRandom(1);
    const sandbox = await startSandbox({ clock: () => time.clock.now(), random });
    const fronts = new Map<string, Front>();
    for (const [name, url] of Object.entries(sandbox.urls))
      fronts.set(name, await openFront(name, url));
    return new Place(sandbox, fronts, await openExpired(), time);
  }

  /** A fresh world, and a rotation in it. */
  async trial(row: Row): Promise<Trial> {
    const { sinks = DEFAULT_SINKS, layout = 'pair', isBare = false, isApp = false } = row;
    this.#time.clock = virtualClock();
    const credential = credentialOf(row.issuer ?? 'planetscale');
    const plain = faultWorld(this.#time.clock.now(), { sinks, layout, isBare, isApp });
    const world = credential.prepare?.(plain, false) ?? plain;
    await controlOf(this.#sandbox).seed(world);
    const urlOf = (name: string): string => this.#fronts.get(name)?.url ?? '';
    return new Trial(this.#sandbox, this.#time.clock, urlOf, this.#expired.url, {
      credential,
      sinks,
      layout,
      isApp,
    });
  }

  async close(): Promise<void> {
    for (const front of [...this.#fronts.values(), this.#expired]) front.close();
    await this.#sandbox.close();
  }
}
