import { json } from '../../http/answer.ts';
import type { Handler, Route } from '../../http/route.ts';
import { enterProject } from './auth.ts';
import type { CircleCiState } from './state.ts';

const HOSTS: Readonly<Record<string, readonly [provider: string, host: string]>> = {
  gh: ['GitHub', 'https://github.com'],
  bb: ['Bitbucket', 'https://bitbucket.org'],
};

const getProject: Handler<CircleCiState> = (call, state) => {
  const { id, slug, name, organization } = enterProject(call, state, 'read');
  const [system = '', owner = ''] = slug.split('/');
  const [provider, host] = HOSTS[system] ?? ['CircleCI', '//circleci.com'];
  return json(200, {
    id,
    slug,
    name,
    organization_name: owner,
    organization_slug: organization.slug,
    organization_id: organization.id,
    vcs_info: { provider, vcs_url: `${host}/${owner}/${name}`, default_branch: 'main' },
  });
};

export const projectRoutes: readonly Route<CircleCiState>[] = [
  '/api/v2/project/:slug',
  '/api/v2/project/:vcs/:organization/:project',
].map((path) => ({ method: 'GET', path, handler: getProject }));
