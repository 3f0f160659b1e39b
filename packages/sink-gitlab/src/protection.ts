import type { ReadProtection } from '@keyturn/core';
import { readJson } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';
import { projectOf } from './remote.ts';

/**
 * Looks for the rule of the branch by its name. docs: «Protected branches API»: a Maintainer sees it, and one that is not protected is
 * not found, as is a project that cannot be seen; so the project is asked for too.
 */
export const protection: ReadProtection = async (remote, branch, { env, fetch }, { signal }) => {
  const project = projectOf(remote, gitlabUrl(env));
  if (project === undefined) return undefined;
  const ask = (path: string): Promise<Response> =>
    fetch(`${gitlabUrl(env)}/api/v4/projects/${encodeURIComponent(project)}${path}`, {
      headers: { authorization: `Bearer ${readToken(env).reveal()}` },
      signal,
    });
  const rule = await ask(`/protected_branches/${encodeURIComponent(branch)}`);
  if (rule.status === 200) {
    const { name } = await readJson(rule, { what: `the protection of ${branch}` });
    return name === branch ? 'protected' : undefined;
  }
  if (rule.status !== 404) return undefined;
  return (await ask('')).status === 200 ? 'open' : undefined;
};
