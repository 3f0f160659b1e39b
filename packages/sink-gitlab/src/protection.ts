import type { ReadProtection } from '@keyturn/core';
import { readJson } from '@keyturn/http';

import { gitlabUrl, readToken } from './connection.ts';
import { requests } from './messages.ts';
import { projectOf } from './remote.ts';

/** Reads the branch, which shows whether a rule for its name or for a pattern covers it. docs: «Branches API», `protected`. */
export const protection: ReadProtection = async (remote, branch, { env, fetch }, { signal }) => {
  const project = projectOf(remote, gitlabUrl(env));
  if (project === undefined) return undefined;
  const path = `/projects/${encodeURIComponent(project)}/repository/branches/${encodeURIComponent(branch)}`;
  const response = await fetch(`${gitlabUrl(env)}/api/v4${path}`, {
    headers: { authorization: `Bearer ${readToken(env).reveal()}` },
    signal,
  });
  if (response.status !== 200) return undefined;
  const { protected: isProtected } = await readJson(response, {
    what: requests.readBranch(branch),
  });
  if (typeof isProtected !== 'boolean') return undefined;
  return isProtected ? 'protected' : 'open';
};
