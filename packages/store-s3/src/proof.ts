import { randomBytes } from 'node:crypto';

import type { Call } from './client.ts';
import type { Means } from './means.ts';
import {
  conditionIgnored,
  contradictory,
  NO_DATE,
  NO_LAST_MODIFIED,
  notS3,
  tagsEqual,
} from './messages.ts';

const HEADERS = ['If-None-Match', 'If-Match'] as const;

/**
 * Proves that the service honours conditions: some ignore them without a word, and then two runs could both have the lock. The objects of
 * the proof are removed again.
 *
 * @returns whether they could be removed
 * @throws {KeyturnError} `STATE_FAILED`
 */
export async function prove(means: Means, call: Call): Promise<boolean> {
  const { objects, keys } = means;
  const id = randomBytes(16).toString('hex');
  const [key, missing] = [keys.probe(id), keys.probe(`${id}-missing`)];
  try {
    await proveWith(means, key, missing, call);
  } finally {
    await removeAll(means, [key, missing], call);
  }
  // Removed already, so that this only shows whether it may be done.
  return objects.remove(key, call).then(
    () => true,
    () => false,
  );
}

async function proveWith(means: Means, key: string, missing: string, call: Call): Promise<void> {
  const { objects, client } = means;
  const { location } = client;
  const text = (name: string): string => `${JSON.stringify({ keyturn: 1, probe: name })}\n`;
  const [ifNoneMatch, ifMatch] = HEADERS;

  const first = await objects.create(key, text('first'), call);
  if (!first.written) throw contradictory(location, key, 'none');
  if ((await objects.create(key, text('second'), call)).written)
    throw conditionIgnored(location, ifNoneMatch);

  const replaced = await objects.replace(key, text('third'), first.etag, call);
  if (!replaced.written) throw contradictory(location, key, 'none');
  if (replaced.etag === first.etag) throw tagsEqual(location);
  if ((await objects.replace(key, text('fourth'), first.etag, call)).written)
    throw conditionIgnored(location, ifMatch);
  if ((await objects.replace(missing, text('fifth'), first.etag, call)).written)
    throw conditionIgnored(location, ifMatch);

  const found = await objects.get(key, call);
  // Some refuse, and write all the same.
  if (found?.text !== text('third') || found.etag !== replaced.etag)
    throw conditionIgnored(location, ifMatch);
  if (found.modified === undefined) throw notS3(location, NO_LAST_MODIFIED);
  if (found.date === undefined) throw notS3(location, NO_DATE);
}

async function removeAll({ objects }: Means, keys: readonly string[], call: Call): Promise<void> {
  for (const key of keys) await objects.remove(key, call).catch(() => {});
}

/** Proves it once for a prefix and a service, before the first write: an object remembers it. */
export async function proveOnce(means: Means, call: Call): Promise<void> {
  const { objects, keys, client } = means;
  const text = `${JSON.stringify({ keyturn: 1, proved: HEADERS, service: client.service })}\n`;
  const found = await objects.get(keys.marker, call);
  // Copied to another service, the prefix is as good as new.
  if (found?.text === text) return;
  await prove(means, call);
  await objects.put(keys.marker, text, call);
}
