import type { DefaultNames, Layout } from '@keyturn/core';

const one = (token: string): Layout => ({ kind: 'pair', names: { token } });

/**
 * The names that programs read and that users store. The default is none of the names that programs read by themselves: in GitLab, a
 * variable GITLAB_TOKEN would also be what keyturn acts with.
 */
export const names: DefaultNames = {
  pair: { token: 'GITLAB_ACCESS_TOKEN' },
  file: 'GITLAB_ENV',
  slot: 'GITLAB_SLOT',
  others: [
    'GITLAB_TOKEN',
    'GL_TOKEN',
    'GITLAB_PRIVATE_TOKEN',
    'GITLAB_API_TOKEN',
    'GITLAB_PAT',
    'PRIVATE_TOKEN',
    'PROJECT_ACCESS_TOKEN',
    'GROUP_ACCESS_TOKEN',
    'CI_PUSH_TOKEN',
    'TF_VAR_gitlab_token',
  ].map(one),
  patterns: ['GITLAB_*', 'GL_*'],
  readers: [
    { layout: one('GITLAB_TOKEN'), by: 'glab, semantic-release and the Terraform provider' },
    { layout: one('GL_TOKEN'), by: 'semantic-release' },
    { layout: one('GITLAB_ACCESS_TOKEN'), by: 'glab' },
    { layout: one('GITLAB_PRIVATE_TOKEN'), by: 'python-gitlab' },
  ],
};
