/** A map that can be changed. */
export interface ChangingMap<Key, Value> extends ReadonlyMap<Key, Value> {
  set(key: Key, value: Value): unknown;
  delete(key: Key): boolean;
  clear(): void;
}

/** A smaller map is copied whole. */
const LARGE = 512;
/** With more changes, a copy is a whole one again. */
const MOST_CHANGES = 128;

/**
 * A copy that can be changed; the map stays as it is, and must not be changed any more. A large map is copied only now and then, since
 * a whole copy for every few changes is what most of the memory of a fan-out would be used for.
 */
export function copyOf<Key, Value>(map: ReadonlyMap<Key, Value>): ChangingMap<Key, Value> {
  if (map instanceof LayeredMap) return map.copy();
  return map.size < LARGE ? new Map(map) : new LayeredMap(map, new Map());
}

/** The changes of a map, above the map. The order is that of a `Map`. */
class LayeredMap<Key, Value> implements ChangingMap<Key, Value> {
  #base: ReadonlyMap<Key, Value>;
  #changes: Map<Key, Value>;
  /** How many of the changes have keys that the base does not have. */
  #added = 0;

  constructor(base: ReadonlyMap<Key, Value>, changes: Map<Key, Value>, added = 0) {
    this.#base = base;
    this.#changes = changes;
    this.#added = added;
  }

  get size(): number {
    return this.#base.size + this.#added;
  }

  copy(): ChangingMap<Key, Value> {
    if (this.#changes.size > MOST_CHANGES) return new LayeredMap(new Map(this), new Map());
    return new LayeredMap(this.#base, new Map(this.#changes), this.#added);
  }

  has(key: Key): boolean {
    return this.#changes.has(key) || this.#base.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  set(key: Key, value: Value): void {
    if (!this.has(key)) this.#added++;
    this.#changes.set(key, value);
  }

  delete(key: Key): boolean {
    const rest = new Map(this);
    const had = rest.delete(key);
    this.#replace(rest);
    return had;
  }

  clear(): void {
    this.#replace(new Map());
  }

  forEach(each: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    this.#base.forEach((value, key) =>
      each(this.#changes.has(key) ? (this.#changes.get(key) as Value) : value, key, this),
    );
    this.#changes.forEach((value, key) => {
      if (!this.#base.has(key)) each(value, key, this);
    });
  }

  *entries(): Generator<[Key, Value], undefined> {
    for (const entry of this.#base) {
      const [key] = entry;
      yield this.#changes.has(key) ? [key, this.#changes.get(key) as Value] : entry;
    }
    for (const entry of this.#changes) if (!this.#base.has(entry[0])) yield entry;
  }

  *keys(): Generator<Key, undefined> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<Value, undefined> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): Generator<[Key, Value], undefined> {
    return this.entries();
  }

  #replace(base: ReadonlyMap<Key, Value>): void {
    this.#base = base;
    this.#changes = new Map();
    this.#added = 0;
  }
}
