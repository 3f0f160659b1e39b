import type { CiSystem } from '@keyturn/core';

const path = '.shelf/keyturn.yml';

/** The jobs of Shelf, which run a script every day. */
export const ci: CiSystem = {
  title: 'Shelf jobs',
  signs: ['.shelf'],
  pipelines: ['.shelf'],
  folder: '.shelf/keyturn',
  setUp: 'Put the secrets into the settings of the project',
  pipeline: ({ head, credentials, installWithout, state, rotate }) => {
    const secrets = credentials.map(({ secret }) => secret);
    const exports = credentials.map(({ variable, secret }) => `export ${variable}="$${secret}"`);
    const keep = `export KEYTURN_STATE=${state}`;
    const script = [installWithout(secrets), ...exports, keep, rotate].join('\n');
    const lines = script.replaceAll(/^(?=.)/gm, '  ');
    return { path, text: `${head('in its settings')}every: day\nscript: |\n${lines}\n` };
  },
};
