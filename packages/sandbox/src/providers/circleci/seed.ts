import { daysBefore, hexadecimal, plaintext } from '../../plaintext.ts';
import { seededIds, seededToken } from '../planetscale/seed.ts';
import { uuidOf } from './state.ts';
import type { CircleCiWorld, VariablesWorld } from './world.ts';

/** Project gh/acme/web and context deploy of gh/acme hold the token ci-circleci, each beside neighbours. */
export function circleciSeed(now: number): CircleCiWorld {
  const time = daysBefore(now, 100);
  const variables = (values: Readonly<Record<string, string>>): VariablesWorld =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        { value, createdAt: time, updatedAt: time },
      ]),
    );
  const credential = {
    PLANETSCALE_SERVICE_TOKEN_ID: seededIds.circleci,
    PLANETSCALE_SERVICE_TOKEN: seededToken('ci-circleci'),
  };
  const webId = uuidOf('project gh/acme/web');
  return {
    projects: {
      'gh/acme/web': variables({ ...credential, NPM_TOKEN: plaintext('gh/acme/web NPM_TOKEN') }),
      'gh/acme/api': variables({ NPM_TOKEN: plaintext('gh/acme/api NPM_TOKEN') }),
    },
    projectDetails: { 'gh/acme/web': { id: webId, hasCanary: true } },
    contexts: {
      'gh/acme/deploy': variables({ ...credential, DEPLOY_KEY: plaintext('deploy DEPLOY_KEY') }),
      'gh/acme/release': variables({ SIGNING_KEY: plaintext('release SIGNING_KEY') }),
    },
    contextDetails: {
      'gh/acme/deploy': { createdAt: time, restrictions: [{ type: 'project', value: webId }] },
      'gh/acme/release': { createdAt: time },
    },
    tokens: [{ token: `CCIPAT_ada_${hexadecimal('circleci', 40)}`, login: 'ada' }],
  };
}
