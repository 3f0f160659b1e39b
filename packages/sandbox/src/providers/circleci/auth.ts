import { refuse } from '../../http/answer.ts';
import { param, type Call } from '../../http/call.ts';
import { forbidden, noContext, noSuch, unauthorized } from './answers.ts';
import { canonicalSlug } from './slug.ts';
import type { CircleCiState, Context, Organization, Project } from './state.ts';
import type { TokenWorld } from './world.ts';

export type Level = 'read' | 'write';

/** The token of a request: `Circle-Token`, `Bearer`, or the user of `Basic`. docs: "API developer's guide". */
export function identify(call: Call, state: CircleCiState): TokenWorld {
  if (call.query.has('circle-token'))
    return refuse(
      unauthorized(
        'Support for query parameter authentication has been deprecated to improve security. ' +
          'Please use a supported authentication method such as header-based, or basic authentication.',
      ),
    );
  const token = state.tokens.get(givenToken(call) ?? '');
  const alive =
    token?.expiresAt === undefined || state.runtime.clock() < Date.parse(token.expiresAt);
  return token !== undefined && alive && token.kind !== 'project' ? token : refuse(unauthorized());
}

/** As {@link identify}, for the endpoints of contexts, which know newer tokens only. */
export function identifyForContexts(call: Call, state: CircleCiState): TokenWorld {
  const token = identify(call, state);
  if (token.kind !== 'old') return token;
  return refuse(
    unauthorized(
      'New format tokens are needed to authenticate this API endpoint. Create a new API token for access.',
    ),
  );
}

/** The project of the path, whose slug may stand there as one segment or as three. */
export function enterProject(call: Call, state: CircleCiState, level: Level): Project {
  const token = identify(call, state);
  const { slug } = call.params;
  const given =
    slug ?? [param(call, 'vcs'), param(call, 'organization'), param(call, 'project')].join('/');
  const project = state.projects.get(canonicalSlug(given, 3) ?? '');
  if (project === undefined || !belongs(token, project.organization))
    return refuse(noSuch('Project'));
  return level === 'write' && token.access === 'read' ? refuse(forbidden()) : project;
}

/** The context of the path. */
export function enterContext(call: Call, state: CircleCiState, level: Level): Context {
  const token = identifyForContexts(call, state);
  const context = state.contexts.get(param(call, 'context').toLowerCase());
  if (context === undefined || !belongs(token, context.organization)) return refuse(noContext());
  return level === 'write' && token.access === 'read' ? refuse(forbidden()) : context;
}

/** As {@link enterContext}, to change its variables: only for members where the context is for groups. */
export function enterContextOfGroups(call: Call, state: CircleCiState): Context {
  const context = enterContext(call, state, 'write');
  const { groups: mine = [] } = identify(call, state);
  const groups = [...context.restrictions.values()].filter(({ type }) => type === 'group');
  const isMember = groups.some(
    ({ value }) => value === context.organization.id || mine.includes(value),
  );
  return groups.length === 0 || isMember ? context : refuse(forbidden());
}

export function belongs(token: TokenWorld, { slug }: Organization): boolean {
  return token.organizations?.includes(slug) ?? true;
}

function givenToken({ headers }: Call): string | undefined {
  const own = headers['circle-token'];
  if (typeof own === 'string') return own;
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  return /^basic$/i.test(scheme)
    ? Buffer.from(value, 'base64').toString().split(':')[0]
    : undefined;
}
