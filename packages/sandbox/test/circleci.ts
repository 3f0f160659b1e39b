import type { Sandbox } from '../src/index.ts';
import { client, type Client } from './support.ts';

/** CircleCI as the seeded token, or as another. */
export function circleci(box: Sandbox, token = box.env['CIRCLECI_TOKEN']): Client {
  return client(`${box.urls.circleci}/api/v2`, `Bearer ${token}`);
}

/** The id of a seeded context of gh/acme. */
export async function contextId(api: Client, name: string): Promise<string> {
  const { body } = await api('GET', `/context?owner-slug=gh/acme&name=${name}`);
  return body.items[0].id as string;
}
