import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { makePlace, type Place } from './keyturn.ts';

const SINKS = [
  'github:acme/web',
  'github:acme/api?environment=production',
  'gitlab:acme/infra',
  'circleci:gh/acme/web',
];

async function placeWith(sinks: readonly string[], more: object = {}): Promise<Place> {
  const place = await makePlace();
  const rotation = { grace: '0', sinks, ...more };
  const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations: { ci: rotation } };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  return place;
}

const isLive = (place: Place, id: string): boolean => place.token(id).revokedAt === null;

describe('keyturn rotate --canary', () => {
  it('lets a job of every CI use the new token, and revokes the old one after that', async () => {
    const place = await placeWith(SINKS);
    const old = place.token('ci-github').id;
    const { code, stderr } = await place.keyturn(['rotate', '--replaces', old, '--canary']);
    expect(code).toBe(0);
    for (const sink of SINKS) expect(stderr).toContain(`a job of ${sink} works with`);
    expect(isLive(place, old)).toBe(false);
  });

  it('keeps the old token where the job reads another one, and tells where to look', async () => {
    const place = await placeWith(['github:acme/web'], { layout: 'joined', canary: {} });
    const old = place.token('ci-github').id;
    // The job reads the pair, as it did before the layout was changed.
    const first = await place.keyturn(['rotate', '--replaces', old, '--allow', 'missing-names']);
    expect(first.code).toBe(3);
    expect(first.stdout).toMatch(
      /canary job failed .*: https:\/\/github\.com\/acme\/web\/actions\/runs\/\d+/,
    );
    expect(first.stdout).toContain(`${old}  no CI job has shown`);
    expect((await place.keyturn(['rotate'])).code).toBe(3);
    expect(isLive(place, old)).toBe(true);
  });

  it('says what to add where the CI has no such job', async () => {
    const place = await placeWith(['circleci:gh/acme/api']);
    const old = place.token('ci-circleci').id;
    const { code, stdout } = await place.keyturn(['rotate', '--replaces', old, '--canary']);
    expect([code, stdout]).toEqual([3, expect.stringContaining('docs/canary.md')]);
    expect(isLive(place, old)).toBe(true);
  });
});

describe('the templates of docs/canary.md', () => {
  it.each(['GitHub Actions', 'GitLab CI', 'CircleCI'])(
    'have a job for %s that passes with the new token, and with no other',
    async (title) => {
      const { script: written, names } = await templateOf(title);
      const place = await makePlace();
      await writeFile(join(place.folder, '.curlrc'), 'proxy = "http://127.0.0.1:1"\n');
      const api = place.sandbox.urls.planetscale ?? '';
      const script = written.replace('https://api.planetscale.com', api);
      expect(script).not.toBe(written);
      const { id, token } = place.token('ci-github');
      const run = (wanted: string, secret = token): Promise<number> => {
        const env = {
          PATH: process.env['PATH'] ?? '',
          // Whoever starts a pipeline can set it.
          PLANETSCALE_API_URL: 'http://127.0.0.1:1',
          HOME: place.folder,
          [names.id]: id,
          [names.token]: secret,
          [names.wanted]: wanted,
        };
        return promisify(execFile)('sh', ['-c', script], { env }).then(
          () => 0,
          (error: { code: number }) => error.code,
        );
      };
      expect(await run(id)).toBe(0);
      expect(await run('other0000000')).not.toBe(0);
      expect(await run(id, 'pscale_tkn_wrong')).not.toBe(0);
    },
  );
});

interface Template {
  readonly script: string;
  readonly names: { readonly id: string; readonly token: string; readonly wanted: string };
}

/** The shell script of the page's job, and the variables that it reads. */
async function templateOf(title: string): Promise<Template> {
  const page = await readFile(new URL('../../../docs/canary.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split(`## ${title}\n`);
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(section) ?? [];
  const script = findScript(parse(yaml));
  const [, id = ''] = /\[ "\$(\w+)" = /.exec(script) ?? [];
  const [, wanted = ''] = /= "\$(\w+)" \]/.exec(script) ?? [];
  const [, token = ''] = /"\$\w+" "\$(\w+)" \|/.exec(script) ?? [];
  return { script, names: { id, token, wanted } };
}

function findScript(node: unknown): string {
  if (typeof node === 'string') return node.includes('--config -') ? node : '';
  if (typeof node !== 'object' || node === null) return '';
  return (
    Object.values(node)
      .map(findScript)
      .find((found) => found !== '') ?? ''
  );
}
