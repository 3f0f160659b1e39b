import { notAFile } from './messages.ts';
import { type Entry, FILE, FOLDER, type Objects, parseTree, type Tree } from './objects.ts';

/** The files of the branch at one commit, which never changes. */
export class Snapshot {
  /** Undefined if the branch does not exist. */
  readonly commit: string | undefined;
  readonly root: Tree;
  readonly #objects: Objects;
  readonly #where: string;
  /** The contents of files and folders that were read or written, by their ids. */
  readonly #known: Map<string, Buffer>;

  private constructor(
    objects: Objects,
    where: string,
    commit: string | undefined,
    root: Tree,
    known: Map<string, Buffer>,
  ) {
    this.#objects = objects;
    this.#where = where;
    this.commit = commit;
    this.root = root;
    this.#known = known;
  }

  static async load(
    objects: Objects,
    where: string,
    commit: string | undefined,
    signal: AbortSignal,
    before?: Snapshot,
  ): Promise<Snapshot> {
    const known = before?.stillIn(new Map()) ?? new Map<string, Buffer>();
    if (commit === undefined) return new Snapshot(objects, where, commit, new Map(), known);
    const [tree] = await objects.read([`${commit}^{tree}`], signal);
    const root = parseTree(tree ?? Buffer.alloc(0), commit.length / 2);
    const kept = before?.stillIn(root) ?? known;
    return new Snapshot(objects, where, commit, root, kept);
  }

  /** The contents that another commit has, too. */
  stillIn(root: Tree): Map<string, Buffer> {
    const ids = new Set([...root.values()].map(({ id }) => id));
    return new Map([...this.#known].filter(([id]) => ids.has(id)));
  }

  /** The content of files at the root; undefined for each that does not exist. */
  async read(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (Buffer | undefined)[]> {
    const entries = names.map((name) => this.#fileAt(name));
    const wanted = entries.flatMap((entry) =>
      entry === undefined || this.#known.has(entry.id) ? [] : [entry.id],
    );
    const found = await this.#objects.read(wanted, signal);
    for (const [number, content] of found.entries()) this.#known.set(wanted[number] ?? '', content);
    return entries.map((entry) => entry && this.#known.get(entry.id));
  }

  /** The entries of a folder at the root; empty if it does not exist. */
  async folder(name: string, signal: AbortSignal): Promise<Tree> {
    const entry = this.root.get(name);
    if (entry === undefined) return new Map();
    if (entry.mode !== FOLDER) throw notAFile(`${this.#where}: ${name}`);
    const [tree] = await this.#objects.read([entry.id], signal);
    return parseTree(tree ?? Buffer.alloc(0), entry.id.length / 2);
  }

  /** The commit that follows this one, with some files changed; `undefined` removes a file. Not pushed yet. */
  async followedBy(
    edits: ReadonlyMap<string, Buffer | undefined>,
    message: string,
    seconds: number,
    signal: AbortSignal,
  ): Promise<Snapshot & { readonly commit: string }> {
    const contents = [...edits.values()].filter((content) => content !== undefined);
    const ids = await this.#objects.writeFiles(contents, signal);
    const root = new Map(this.root);
    const folders = new Map<string, Map<string, Entry>>();
    let next = 0;
    for (const [path, content] of edits) {
      const [first = '', second] = path.split('/');
      if (second !== undefined && !folders.has(first))
        folders.set(first, new Map(await this.folder(first, signal)));
      const within = second === undefined ? root : folders.get(first);
      if (content === undefined) within?.delete(second ?? first);
      else within?.set(second ?? first, { mode: FILE, id: ids[next++] ?? '' });
    }
    for (const [name, tree] of folders)
      root.set(name, { mode: FOLDER, id: await this.#objects.writeTree(tree, signal) });
    const tree = await this.#objects.writeTree(root, signal);
    const commit = await this.#objects.writeCommit(tree, this.commit, message, seconds, signal);
    const known = this.stillIn(root);
    for (const [number, id] of ids.entries()) {
      const content = contents[number];
      if (content !== undefined) known.set(id, content);
    }
    const following = new Snapshot(this.#objects, this.#where, commit, root, known);
    return following as Snapshot & { readonly commit: string };
  }

  #fileAt(name: string): Entry | undefined {
    const entry = this.root.get(name);
    if (entry !== undefined && !/^100(?:644|755|664|600)$/.test(entry.mode))
      throw notAFile(`${this.#where}: ${name}`);
    return entry;
  }
}

/** Changes to a snapshot that are pushed together. */
export class Draft {
  readonly base: Snapshot;
  readonly edits: Map<string, Buffer | undefined>;
  /** Edited since it was created or copied. */
  isEdited = false;

  constructor(base: Snapshot, edits: ReadonlyMap<string, Buffer | undefined> = new Map()) {
    this.base = base;
    this.edits = new Map(edits);
  }

  /** A copy, whose changes count only if they are kept. */
  copy(): Draft {
    return new Draft(this.base, this.edits);
  }

  async read(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (Buffer | undefined)[]> {
    const contents = await this.base.read(
      names.filter((name) => !this.edits.has(name)),
      signal,
    );
    const left = [...contents];
    return names.map((name) => (this.edits.has(name) ? this.edits.get(name) : left.shift()));
  }

  /** Whether there is a file in a folder at the root. */
  async has(folder: string, name: string, signal: AbortSignal): Promise<boolean> {
    const path = `${folder}/${name}`;
    if (this.edits.has(path)) return this.edits.get(path) !== undefined;
    return (await this.base.folder(folder, signal)).has(name);
  }

  write(path: string, content: Buffer): void {
    this.edits.set(path, content);
    this.isEdited = true;
  }

  remove(path: string): void {
    this.edits.set(path, undefined);
    this.isEdited = true;
  }
}
