import { type Moment, momentNow } from './change.ts';
import type { Objects } from './objects.ts';
import { OtherFormat, type Remote } from './remote.ts';
import { Snapshot } from './snapshot.ts';
import { type Means, openWorkspace, type Workspace } from './workspace.ts';

/** What this run knows of the branch. One call at a time: see {@link Branch}. */
export class Mirror {
  readonly #means: Means;
  #workspace: Promise<Workspace> | undefined;
  #current: Snapshot | undefined;
  /** When the server was asked, or a push began, that showed the current copy as the end of the branch. */
  proved: Moment = { clock: -Infinity, steady: -Infinity };
  /** How often the branch was rewritten since the start. */
  rewrites = 0;

  constructor(means: Means) {
    this.#means = means;
  }

  /** The last copy; undefined at the start. */
  get current(): Snapshot | undefined {
    return this.#current;
  }

  /** A push was successful that began then. */
  moveTo(next: Snapshot, began: Moment): void {
    this.#current = next;
    this.proved = began;
  }

  /** Fetches the branch, and notes whether it was rewritten: then its end does not follow what this run knew. */
  async sync(signal: AbortSignal): Promise<Snapshot> {
    const began = momentNow(this.#means.clock);
    const before = this.#current;
    const commit = await this.#fetch(before, signal);
    const { objects } = await this.open(signal);
    let current = before;
    if (current === undefined || current.commit !== commit) {
      if (!(await follows(objects, before?.commit, commit, signal))) this.rewrites++;
      current = await Snapshot.load(objects, this.#means.where, commit, signal, before);
    }
    this.moveTo(current, began);
    return current;
  }

  async open(signal: AbortSignal): Promise<{ readonly remote: Remote; readonly objects: Objects }> {
    this.#workspace ??= openWorkspace(this.#means, undefined, signal).catch((error: unknown) => {
      // The next call tries again.
      this.#workspace = undefined;
      throw error;
    });
    return this.#workspace;
  }

  async close(): Promise<void> {
    const workspace = await this.#workspace?.catch(() => undefined);
    await workspace?.remove();
  }

  async #fetch(before: Snapshot | undefined, signal: AbortSignal): Promise<string | undefined> {
    const { remote } = await this.open(signal);
    const isFirst = before?.commit === undefined;
    if (before !== undefined && isFirst && (await remote.isMissing(signal))) return undefined;
    try {
      return await remote.fetch(isFirst, signal);
    } catch (error) {
      if (!isFirst || !(error instanceof OtherFormat)) throw error;
    }
    const workspace = await this.#workspace;
    await workspace?.remove();
    const format = workspace?.source.objectFormat === 'sha256' ? 'sha1' : 'sha256';
    this.#workspace = openWorkspace(this.#means, format, signal);
    return (await this.#workspace).remote.fetch(isFirst, signal);
  }
}

async function follows(
  objects: Objects,
  before: string | undefined,
  commit: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (before === undefined) return true;
  return commit !== undefined && objects.isAncestor(before, commit, signal);
}
