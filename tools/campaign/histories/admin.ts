import type { Sandbox } from '../../../packages/sandbox/src/index.ts';

/** Makes changes behind the providers' backs. */
export async function admin(
  { control }: Pick<Sandbox, 'control'>,
  changes: readonly object[],
): Promise<readonly { id?: string; token?: string }[]> {
  if (changes.length === 0) return [];
  const body = JSON.stringify(changes);
  const answer = await fetch(`${control}/admin`, { method: 'POST', body });
  if (answer.status === 404) return [];
  const { changes: made, message } = (await answer.json()) as {
    changes?: { id?: string; token?: string }[];
    message?: string;
  };
  if (made === undefined) throw new Error(`/admin ${body}: ${message}`);
  return made;
}

/** What somebody with the right to it asks of a provider's API; undefined if it refuses. */
export async function askProvider<Answer>(
  { env, urls }: Sandbox,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const isGitlab = path.startsWith('/api/v4/');
  const { PLANETSCALE_SERVICE_TOKEN_ID: id, PLANETSCALE_SERVICE_TOKEN: token } = env;
  const login = isGitlab
    ? { 'private-token': env['GITLAB_TOKEN'] ?? '' }
    : { authorization: `${id}:${token}` };
  const answer = await fetch(`${isGitlab ? urls.gitlab : urls.planetscale}${path}`, {
    method,
    headers: { ...login, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return (answer.ok && text !== '' ? JSON.parse(text) : undefined) as Answer;
}
