import { json } from '../../http/answer.ts';
import { isObject } from '../../http/call.ts';
import type { Handler, Route } from '../../http/route.ts';
import { bodyOf, textField } from './answers.ts';
import { formerly, identify, lookUp, sees } from './auth.ts';
import type { GitHubState } from './state.ts';

const VIEWER = /\bviewer\s*\{\s*login\s*\}/;
const REPOSITORY =
  /(?:(\w+)\s*:\s*)?repository\(\s*owner:\s*("[^"]*"|\$\w+),\s*name:\s*("[^"]*"|\$\w+)\s*\)/g;

/** As much of GraphQL as `gh secret` and `gh auth status` ask: who I am, and the ids of repositories. */
const postGraphql: Handler<GitHubState> = (call, state) => {
  const token = identify(call, state);
  const body = bodyOf(call);
  const query = textField(body, 'query') ?? '';
  const repositories = [...query.matchAll(REPOSITORY)].map(([, alias, owner, name]) => {
    const fullName = `${argument(owner, body)}/${argument(name, body)}`;
    const found = lookUp(fullName, state) ?? formerly(fullName, state);
    const visible = found !== undefined && sees(token, found) ? found : undefined;
    return { key: alias ?? 'repository', fullName, visible };
  });
  const viewer = VIEWER.test(query) ? { viewer: { login: token.login ?? 'ada' } } : {};
  const errors = repositories
    .filter(({ visible }) => visible === undefined)
    .map(({ key, fullName }) => ({
      type: 'NOT_FOUND',
      path: [key],
      message: `Could not resolve to a Repository with the name '${fullName}'.`,
    }));
  const data = repositories.map(({ key, visible }) => [
    key,
    visible === undefined
      ? null
      : {
          databaseId: visible.id,
          id: `R_${visible.id}`,
          name: visible.name,
          owner: { id: `U_${visible.owner.id}`, login: visible.owner.login },
          description: '',
        },
  ]);
  if (data.length === 0 && !('viewer' in viewer))
    errors.push({ type: 'UNSUPPORTED', path: [], message: 'The sandbox cannot answer this query' });
  return json(200, {
    data: { ...viewer, ...(Object.fromEntries(data) as object) },
    ...(errors.length > 0 && { errors }),
  });
};

/** A literal argument, or the variable that it names. */
function argument(given: string | undefined, body: ReturnType<typeof bodyOf>): string {
  if (given?.startsWith('$') !== true) return given?.slice(1, -1) ?? '';
  const { variables } = body;
  return String(isObject(variables) ? variables[given.slice(1)] : undefined);
}

export const graphqlRoutes: readonly Route<GitHubState>[] = ['/graphql', '/api/graphql'].map(
  (path) => ({ method: 'POST', path, handler: postGraphql }),
);
