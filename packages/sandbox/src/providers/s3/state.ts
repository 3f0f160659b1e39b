import { createHash } from 'node:crypto';

import { randomId } from '../../runtime.ts';
import type { Moment, ProviderRuntime } from '../clocks.ts';
import { TimedMap } from '../timed-map.ts';
import type { AccessKeyWorld, ObjectWorld, S3Behaviour, S3World } from './world.ts';

export interface S3Object {
  readonly key: string;
  readonly body: string;
  readonly contentType: string;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: Moment;
}

/** A bucket, with its keys in the order in which they are listed. */
export interface Bucket {
  readonly name: string;
  readonly objects: TimedMap<S3Object>;
  readonly keys: string[];
}

/** S3 while it lives. */
export interface S3State {
  readonly runtime: ProviderRuntime;
  readonly region: string;
  readonly behaviour: Required<S3Behaviour>;
  readonly buckets: Map<string, Bucket>;
  /** By access key id. */
  readonly keys: ReadonlyMap<string, AccessKeyWorld>;
}

export function openState(world: S3World, runtime: ProviderRuntime): S3State {
  const defaults = { ifNoneMatch: 'honoured', ifMatch: 'honoured', etag: 'md5' } as const;
  const state: S3State = {
    runtime,
    region: world.region ?? 'us-east-1',
    behaviour: { ...defaults, conflicts: 0.5, maxKeys: 1000, ...world.behaviour },
    buckets: new Map(),
    keys: new Map((world.keys ?? []).map((key) => [key.accessKeyId, key])),
  };
  for (const [name, { objects = {} }] of Object.entries(world.buckets ?? {})) {
    const bucket = { name, objects: new TimedMap<S3Object>(runtime.clock), keys: [] as string[] };
    for (const [key, one] of Object.entries(objects))
      bucket.objects.set(key, objectOf(state, key, one));
    bucket.objects.settle();
    bucket.keys.push(...[...bucket.objects.keys()].toSorted(compareKeys));
    state.buckets.set(name, bucket);
  }
  return state;
}

/** The world that a living S3 has become. */
export function closeState({ region, behaviour, buckets, keys }: S3State): S3World {
  const objectsOf = ({ objects }: Bucket): Record<string, ObjectWorld> =>
    Object.fromEntries(
      [...objects.values()].map(({ key, body, contentType, lastModified }) => [
        key,
        { body, contentType, lastModified: lastModified.real },
      ]),
    );
  return {
    region,
    buckets: Object.fromEntries(
      [...buckets.values()].map((bucket) => [bucket.name, { objects: objectsOf(bucket) }]),
    ),
    keys: [...keys.values()],
    behaviour,
  };
}

export function store(state: S3State, bucket: Bucket, key: string, one: ObjectWorld): S3Object {
  const object = objectOf(state, key, one);
  const at = lowerBound(bucket.keys, key);
  if (bucket.keys[at] !== key) bucket.keys.splice(at, 0, key);
  bucket.objects.set(key, object);
  return object;
}

export function remove(bucket: Bucket, key: string): void {
  const at = lowerBound(bucket.keys, key);
  if (bucket.keys[at] === key) bucket.keys.splice(at, 1);
  bucket.objects.delete(key);
}

/** The keys as a list shows them: that of an S3-compatible server may lag behind. */
export function listedKeys(bucket: Bucket, { runtime }: S3State): readonly string[] {
  const shown = bucket.objects.asOf(runtime.clocks.readTime());
  return shown === bucket.objects ? bucket.keys : [...shown.keys()].toSorted(compareKeys);
}

/** Where a key is, or would be. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By the bytes of UTF-8. */
function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\u{d800}-\u{dfff}\u{10000}-\u{10ffff}]/u.test(a + b))
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

function objectOf({ runtime, behaviour }: S3State, key: string, one: ObjectWorld): S3Object {
  const { body, contentType = 'binary/octet-stream', lastModified } = one;
  const { clocks } = runtime;
  const hash = behaviour.etag === 'md5' ? md5(body) : md5(`${body}${randomId(runtime, 24)}`);
  return {
    key,
    body,
    contentType,
    etag: `"${hash}"`,
    lastModified: lastModified === undefined ? clocks.now() : clocks.at(lastModified),
  };
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
