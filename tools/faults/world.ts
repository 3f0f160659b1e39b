import { seedWorld, type World } from '../../packages/sandbox/src/index.ts';
import { app } from './app.ts';

export const NAMES = {
  id: 'PLANETSCALE_SERVICE_TOKEN_ID',
  token: 'PLANETSCALE_SERVICE_TOKEN',
} as const;
/** The variable of the layout slots. */
export const SLOT = 'PLANETSCALE_SLOT';
/** The token that the rotation's places hold at first. */
export const OLD = 'cigithub4w8d';
/** Who asks. */
export const ADMIN = 'admin7k2m9xq';
/** The token that every other place holds. */
export const STRANGER = 'cigitlab9r3k';

export interface WorldOptions {
  readonly sinks: readonly string[];
  readonly layout: 'pair' | 'slots';
  /** GitLab's instance has no variables yet: it has no scopes to tell one place from another. */
  readonly isBare: boolean;
  /** GitHub knows an App, and no token. */
  readonly isApp: boolean;
}

/** The sandbox's world with a place of every kind that holds a token: these sinks the old one, all others a stranger's. */
export function faultWorld(now: number, { sinks, layout, isBare, isApp }: WorldOptions): World {
  const seed = seedWorld(now);
  const secretOf = (id: string): string =>
    seed.planetscale.orgs?.['acme']?.tokens?.find((token) => token.id === id)?.token ?? '';
  const time = new Date(now - 9_000_000_000).toISOString();
  const neighbour = 'a value that belongs to somebody else';

  const valuesFor = (target: string, suffix = ''): Record<string, string> => {
    const id = sinks.includes(target) ? OLD : STRANGER;
    return { [NAMES.id + suffix]: id, [NAMES.token + suffix]: secretOf(id), NEIGHBOUR: neighbour };
  };
  const dated = (values: Record<string, string>, more: object = {}): object =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        { value, createdAt: time, updatedAt: time, ...more },
      ]),
    );
  const pair = (target: string, more?: object): object => dated(valuesFor(target), more);
  const slots = (target: string, more?: object): object => dated(valuesFor(target, '_A'), more);
  const live = (more?: object): object => dated({ [SLOT]: 'A' }, more);
  const variables = (target: string): object[] =>
    Object.entries(valuesFor(target)).map(([key, value]) => ({
      key,
      value,
      ...(key === NAMES.token && { masked: true, raw: true, description: 'Deploys' }),
      ...(key === 'NEIGHBOUR' && { protected: true }),
    }));

  const selected = { visibility: 'selected', selected: ['acme/web', 'acme/api'] };
  return {
    ...seed,
    github: {
      ...seed.github,
      ...(isApp && { tokens: [], apps: [app] }),
      'acme/web': {
        hasCanary: true,
        actions: pair('github:acme/web'),
        dependabot: pair('github:acme/web?app=dependabot'),
        codespaces: pair('github:acme/web?app=codespaces'),
      },
      'acme/api': { environments: { production: pair('github:acme/api?environment=production') } },
      'acme/docs': { actions: pair('github:acme/docs') },
      'acme/slots': {
        actions: slots('github:acme/slots'),
        variables: live(),
        environments: { production: slots('github:acme/slots?environment=production') },
        environmentVariables: { production: live() },
      },
      'acme/fresh': {},
      organizations: {
        acme: {
          actions: (layout === 'pair' ? pair : slots)('github:acme', selected),
          dependabot: pair('github:acme?app=dependabot', selected),
          codespaces: pair('github:acme?app=codespaces', selected),
          variables: live(selected),
        },
      },
    },
    gitlab: {
      ...seed.gitlab,
      'acme/infra': {
        id: 4217,
        hasCanary: true,
        variables: variables('gitlab:acme/infra'),
        accessTokens: seed.gitlab['acme/infra']?.accessTokens,
      },
      'acme/fresh': { id: 4218, variables: [] },
      groups: { acme: { id: 93, variables: variables('gitlab:acme?level=group') } },
      instance: { variables: isBare ? [] : variables('gitlab:?level=instance') },
    },
    circleci: {
      ...seed.circleci,
      projects: { 'gh/acme/web': pair('circleci:gh/acme/web') },
      projectDetails: { 'gh/acme/web': { hasCanary: true } },
      contexts: { 'gh/acme/deploy': pair('circleci:gh/acme?context=deploy') },
      contextDetails: { 'gh/acme/deploy': {} },
    },
  } as World;
}
