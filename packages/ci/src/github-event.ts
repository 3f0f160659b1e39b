import { readFile, stat } from 'node:fs/promises';

/** GitHub's limit of a payload. docs: webhooks/webhook-events-and-payloads. */
const MOST_BYTES = 25 * 1024 * 1024;

/** Whether the event is about code of another repository. One that cannot be read, or does not tell, may be. */
export async function isOfFork(file: string | undefined): Promise<boolean> {
  const event = file === undefined || file === '' ? undefined : await readEvent(file);
  const pull = event?.['pull_request'];
  const run = event?.['workflow_run'];
  if (isObject(pull)) return !isSame(at(pull, 'head', 'repo'), at(pull, 'base', 'repo'));
  if (isObject(run)) return !isSame(run['head_repository'], event?.['repository']);
  return true;
}

async function readEvent(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const stats = await stat(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) return undefined;
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A repository that was deleted is null there. */
function isSame(head: unknown, base: unknown): boolean {
  if (!isObject(head) || !isObject(base)) return false;
  const { id, full_name: name } = head;
  if (typeof id === 'number' && typeof base['id'] === 'number') return id === base['id'];
  return typeof name === 'string' && name !== '' && name === base['full_name'];
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((one: unknown, key) => (isObject(one) ? one[key] : undefined), value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
