import type { Credential } from './credential.ts';

const INFRA = 'acme/infra';

export const gitlabToken: Credential = {
  kind: 'gitlab-token',
  issuer: { kind: 'gitlab-token', project: INFRA },
  layouts: ['pair', 'file', 'slots'],
  names(layout) {
    const one = { token: 'GITLAB_ACCESS_TOKEN' };
    if (layout === 'file') return { ...one, file: 'GITLAB_ENV' };
    return layout === 'slots' ? { ...one, slot: 'GITLAB_SLOT' } : one;
  },
  old: 'ci-infra',
  labels: true,
  disables: false,
  tokens: (sandbox) =>
    (sandbox.state().gitlab?.[INFRA]?.accessTokens ?? []).map(
      ({ id, name, token = '', scopes = [], accessLevel, expiresAt, revoked = false }) => ({
        id: `${id}`,
        label: name,
        secret: token,
        fields: { token },
        permissions: [
          `access_level=${accessLevel === 30 ? 'developer' : 'maintainer'}`,
          ...scopes.map((scope) => `scope=${scope}`),
        ],
        exists: !revoked,
        works: !revoked,
        expiresAt: expiresAt ?? undefined,
      }),
    ),
  // What lets a token create others is never copied.
  prepare: (world) => ({
    ...world,
    gitlab: {
      ...world.gitlab,
      [INFRA]: {
        ...world.gitlab?.[INFRA],
        accessTokens: (world.gitlab?.[INFRA]?.accessTokens ?? []).map((token) => ({
          ...token,
          scopes: ['read_api', 'read_repository'],
          accessLevel: 30,
        })),
      },
    },
  }),
};

export const accessKey: Credential = {
  kind: 'aws-iam',
  issuer: { kind: 'aws-iam', user: 'ci', account: '417203958164' },
  layouts: ['pair', 'file', 'slots'],
  names(layout) {
    const names = (prefix: string) => ({
      accessKeyId: `${prefix}AWS_ACCESS_KEY_ID`,
      secretAccessKey: `${prefix}AWS_SECRET_ACCESS_KEY`,
    });
    if (layout === 'file') return { ...names(''), file: 'AWS_ENV' };
    const pair = names('CI_');
    return layout === 'slots' ? { ...pair, slot: 'AWS_SLOT' } : pair;
  },
  labels: false,
  disables: true,
  tokens: (sandbox) =>
    (sandbox.state().aws?.users?.['ci']?.accessKeys ?? []).map(
      ({ accessKeyId: id = '', secretAccessKey = '', status, revokedAt = null }) => ({
        id,
        label: id,
        secret: secretAccessKey,
        fields: { accessKeyId: id, secretAccessKey },
        permissions: [],
        exists: revokedAt === null,
        works: revokedAt === null && status !== 'Inactive',
      }),
    ),
  prepare: (world, slow) => ({
    ...world,
    aws: { ...world.aws, behaviour: { propagationMs: 200, listDelayMs: slow ? 150 : 0 } },
  }),
};
