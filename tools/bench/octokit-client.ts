// What a rotation asks of GitHub, by the client that GitHub's own documentation names, as people script it: all at once, and its plugins
// decide what waits.
import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';

import { sealerFor } from '../../packages/sink-github/src/seal.ts';

const { OCTOKIT_URL: baseUrl = '', OCTOKIT_NAMES = '', GITHUB_TOKEN: auth = '' } = process.env;
const Client = Octokit.plugin(throttling, retry);
const again = (): boolean => true;
const octokit = new Client({
  auth,
  baseUrl,
  throttle: { onRateLimit: again, onSecondaryRateLimit: again },
});

async function deliver(name: string): Promise<void> {
  const [owner = '', repo = ''] = name.split('/');
  const place = { owner, repo };
  const [, { data }] = await Promise.all([
    octokit.request('GET /repos/{owner}/{repo}', place),
    octokit.request('GET /repos/{owner}/{repo}/actions/secrets/public-key', place),
    octokit.request('GET /repos/{owner}/{repo}/actions/secrets', { ...place, per_page: 100 }),
  ]);
  const seal = sealerFor(data.key);
  await Promise.all(
    ['PLANETSCALE_SERVICE_TOKEN_ID', 'PLANETSCALE_SERVICE_TOKEN'].map((secret) =>
      octokit.request('PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}', {
        ...place,
        secret_name: secret,
        key_id: data.key_id,
        encrypted_value: seal('value'),
      }),
    ),
  );
  await octokit.request('GET /repos/{owner}/{repo}/actions/secrets', { ...place, per_page: 100 });
}

await Promise.all(OCTOKIT_NAMES.split(',').map(deliver));
