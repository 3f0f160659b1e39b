import { defineStore, type SchemaResult, type StandardSchema } from '@keyturn/core';

import { createGitStore } from './git-store.ts';
import { type Location, parseLocation, rememberLogin } from './location.ts';

/** The location, as in `KEYTURN_STATE`. */
const schema: StandardSchema<Location> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate(value): SchemaResult<Location> {
      const location = parseLocation(value);
      return 'problem' in location
        ? { issues: [{ message: location.problem }] }
        : { value: location };
    },
  },
};

/**
 * Keeps ledgers on a branch of a git repository. An append is a commit, pushed onto the commit that it was built for.
 *
 * The location is `git:REMOTE#BRANCH` for a remote of the checkout that contains the context's directory, or
 * `git+https://HOST/PATH#BRANCH`, `git+ssh://…`, `git+file:///PATH#BRANCH`. The branch is `keyturn-ledger` by default.
 */
export const gitStore = defineStore({
  kind: 'git',
  options: schema,
  env: [],
  connect(location, { env, clock, random, directory }) {
    if ('url' in location) rememberLogin(location.login);
    return createGitStore({ location, env, clock, random, directory });
  },
});
