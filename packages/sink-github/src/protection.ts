import { formatTarget, parseTarget, type ReadProtection } from '@keyturn/core';

import { createClient } from './client.ts';
import { apiUrl } from './connection.ts';
import { repositoryOf } from './remote.ts';
import { parseGithubTarget } from './target.ts';

const BRANCH = 'GET /repos/{owner}/{repo}/branches/{branch}';

/** Reads the branch, which needs permission to read the contents. docs: «Get a branch», `protected`. */
export const protection: ReadProtection = async (remote, branch, context, options) => {
  const repository = repositoryOf(remote, apiUrl(context.env));
  if (repository === undefined) return undefined;
  const target = parseGithubTarget(parseTarget(formatTarget('github', repository, {})));
  const answer = await createClient(target, context).request(BRANCH, { branch }, options);
  const { protected: isProtected } = (answer.data ?? {}) as { protected?: unknown };
  if (answer.status !== 200 || typeof isProtected !== 'boolean') return undefined;
  return isProtected ? 'protected' : 'open';
};
