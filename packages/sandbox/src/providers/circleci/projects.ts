import { json } from '../../http/answer.ts';
import type { Handler, Route } from '../../http/route.ts';
import { belongs, enterProject, identify } from './auth.ts';
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

/**
 * The projects that the token's owner follows, in one list: the older API, since v2 lists none. docs: api/v1, "projects";
 * what CircleCI itself keeps has its ids in `vcs_url` alone.
 */
const listFollowed: Handler<CircleCiState> = (call, state) => {
  const token = identify(call, state);
  const followed = [...state.projects.values()].filter(
    ({ organization, isFollowed }) => isFollowed && belongs(token, organization),
  );
  return json(
    200,
    followed.map(({ slug, name }) => {
      const [system = '', owner = ''] = slug.split('/');
      const [provider, host] = HOSTS[system] ?? ['CircleCI', '//circleci.com'];
      return {
        vcs_type: provider.toLowerCase(),
        username: owner,
        reponame: name,
        vcs_url: `${host}/${slug.split('/').slice(1).join('/')}`,
        followed: true,
        default_branch: 'main',
      };
    }),
  );
};

export const projectRoutes: readonly Route<CircleCiState>[] = [
  { method: 'GET', path: '/api/v1.1/projects', handler: listFollowed },
  { method: 'GET', path: '/api/v2/project/:slug', handler: getProject },
  { method: 'GET', path: '/api/v2/project/:vcs/:organization/:project', handler: getProject },
];
