import { gitlabToken } from '../../credentials/others.ts';
import { askProvider } from '../admin.ts';
import { many } from './branch.ts';
import type { Kind } from './kind.ts';

const blobs = { file: 'GITLAB_ENV', slot: 'GITLAB_SLOT' };
export const TOKENS = '/api/v4/projects/4217/access_tokens';

export const gitlab: Kind = {
  credential: gitlabToken,
  provider: 'gitlab',
  byHand: ['by-hand', 'ci-infra'],
  namings: [
    { fields: { token: ['GITLAB_ACCESS_TOKEN'] }, ...blobs },
    { fields: { token: ['INFRA_TOKEN'] }, ...blobs, slot: 'INFRA_SLOT' },
    { fields: { token: ['GITLAB_ACCESS_TOKEN', 'GL_TOKEN'] }, ...blobs },
    { fields: { token: ['GL_PAT'] }, file: 'GL_ENV', slot: 'GL_SLOT' },
  ],
  fieldsInFile: { token: 'GITLAB_ACCESS_TOKEN' },
  otherAccount: { project: 'acme/other' },
  policy: { token: { ttl: '30d' } },
  others: ['rotated in place', 'rotated in place', 'the other rotation', 'enable'],
  async make(sandbox) {
    const expires_at = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
    const scopes = ['read_api', 'read_repository'];
    const body = { name: 'by-hand', scopes, access_level: 30, expires_at };
    const { id } = await askProvider<{ id: number }>(sandbox, 'POST', TOKENS, body);
    return `${id}`;
  },
  crowd: (world, count) => {
    const project = world.gitlab?.['acme/infra'];
    const { accessTokens = [] } = project ?? {};
    const more = many(count).map((name) => ({ name, scopes: ['read_api'], accessLevel: 10 }));
    const infra = { ...project, accessTokens: [...accessTokens, ...more] };
    return { ...world, gitlab: { ...world.gitlab, 'acme/infra': infra } };
  },
};
