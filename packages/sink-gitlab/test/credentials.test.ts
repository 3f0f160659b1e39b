import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { box, call, TOKEN, type GitLab } from './context.ts';

const token = (more: object): GitLab =>
  ({ projects: { 'acme/infra': {} }, tokens: [{ token: TOKEN, ...more }] }) as GitLab;

async function tell(gitlab: GitLab, value = TOKEN) {
  const { open, context, requests } = await box(gitlab);
  (context.env as Record<string, string>)['GITLAB_TOKEN'] = value;
  const sink = await open('gitlab:acme/infra');
  return { report: async () => sink.credentials?.(call), requests };
}

describe('what the sink acts with', () => {
  it('is told with its name, its scopes and its end', async () => {
    const expiresAt = '2099-01-01T00:00:00.000Z';
    const { report, requests } = await tell(token({ scopes: ['read_api'], expiresAt }));
    expect(await report()).toEqual({
      source: 'GITLAB_TOKEN',
      form: 'an access token',
      owner: 'keyturn',
      scopes: ['read_api'],
      expiresAt,
      warnings: [],
    });
    expect(await requests()).toEqual(['GET /personal_access_tokens/self']);
  });

  it('is told to be of OAuth where GitLab tells nothing', async () => {
    const { report } = await tell(token({ kind: 'oauth' }));
    expect(await report()).toEqual({
      source: 'GITLAB_TOKEN',
      form: expect.stringContaining('OAuth'),
      warnings: [],
    });
  });

  it('rejects where it is refused', async () => {
    const { report } = await tell({ tokens: [] });
    const error = await errorOf(report());
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
    expect(error.message).toContain('GITLAB_TOKEN');
  });

  it('rejects what can never change variables, without a request', async () => {
    const { report, requests } = await tell({}, 'glcbt-64_CANARY');
    const error = await errorOf(report());
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
    expect(error.message).toMatch(/GITLAB_TOKEN.*CI_JOB_TOKEN/);
    expect(await requests()).toEqual([]);
  });
});
