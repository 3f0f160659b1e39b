import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { makePlace, type Place } from '../keyturn.ts';

const ROTATION = `rotations:
  infra:
    issuer: { kind: gitlab-token, project: acme/infra, scopes: [read_api], accessLevel: reporter }
    names: { token: INFRA_TOKEN }
    sinks: [github:acme/web]
`;
const WORKFLOW = `jobs:
  deploy:
    steps:
      # glab token rotate is not what this does
      - run: glab token rotate ci-infra --repo acme/infra
        env: { GITLAB_TOKEN: '\${{ secrets.INFRA_TOKEN }}' }
      - run: ./migrate
        env: { DATABASE_URL: '\${{ secrets.DATABASE_URL }}' }
      - uses: aws-actions/configure-aws-credentials@v4
        with: { aws-access-key-id: '\${{ secrets.DEPLOY_KEY_ID }}', aws-secret-access-key: '\${{ secrets.DEPLOY_KEY }}' }
`;

async function checkout(): Promise<Place> {
  const place = await makePlace();
  const { folder } = place;
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  await writeFile(join(folder, '.github/workflows/deploy.yml'), WORKFLOW);
  await writeFile(
    join(folder, 'keyturn.config.yaml'),
    `issuer: { kind: planetscale, org: acme }\n${ROTATION}`,
  );
  return place;
}

it('plan warns of a pipeline that ends a token of the issuer by itself', async () => {
  const { keyturn } = await checkout();
  const { stdout } = await keyturn(['plan', '--json']);
  const { warnings } = JSON.parse(stdout) as { warnings: string[] };
  const about = warnings.filter((text) => text.includes('deploy.yml:'));
  expect(about).toEqual([expect.stringContaining('.github/workflows/deploy.yml:5')]);
  expect(about[0]).toContain('revokes the old token at once');
});

it('audit names what pipelines read, and no rotation writes', async () => {
  const { keyturn } = await checkout();
  const { stdout } = await keyturn(['audit', '--json', '--rule', 'KT012']);
  const { findings } = JSON.parse(stdout) as { findings: { text: string; fix: string }[] };
  expect(findings.map(({ text, fix }) => `${text}: ${fix}`)).toEqual([
    expect.stringMatching(/DATABASE_URL.*planetscale-password or planetscale-role/),
    expect.stringMatching(/DEPLOY_KEY.*aws-iam/),
  ]);
});
