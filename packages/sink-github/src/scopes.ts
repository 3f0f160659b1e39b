/** Which repositories see an organization's secret. */
export const visibilities = ['all', 'private', 'selected'] as const;
export type Visibility = (typeof visibilities)[number];

/** The parts of GitHub with their own secrets. */
export const apps = ['actions', 'dependabot', 'codespaces'] as const;

/**
 * One kind of place with secrets. Each has its own key: even if two show the same `key_id`, GitHub accepts a value that was sealed for
 * the other one, and a job cannot read it.
 */
export interface Scope {
  /** The path of the list; the key and the secrets are below it. */
  readonly path: string;
  /** The permission of fine-grained tokens and of GitHub Apps. */
  readonly permission: string;
  /** Its name in the token of an installation; absent if no write permission is needed. */
  readonly grant?: string;
  /** The scope of classic tokens. */
  readonly classicScope: 'repo' | 'admin:org';
  /** GitHub Apps cannot write there, whatever their permissions. */
  readonly personalOnly?: boolean;
  /** The form in which this API expects the ids of selected repositories; only organizations have them. */
  readonly repositoryId?: (id: number) => number | string;
  /** The readable variables beside the secrets; only Actions has variables. */
  readonly variables?: Scope;
}

/** The variables of one place. docs: REST API, «GitHub Actions variables». */
function variables(
  place: string,
  permission: string,
  grant: string,
  own: Partial<Scope> = {},
): Scope {
  return { path: `${place}/variables`, permission, grant, classicScope: 'repo', ...own };
}

/**
 * All scopes by place and app. Environments exist only for Actions.
 *
 * docs: REST API, «Secrets» of Actions, Dependabot and Codespaces; «Permissions required for
 * fine-grained personal access tokens». GitHub Enterprise Server has no Codespaces.
 */
export const scopes: Readonly<Record<string, Scope>> = {
  'repository/actions': {
    path: '/repos/{owner}/{repo}/actions/secrets',
    permission: 'repository permission "Secrets: write"',
    grant: 'secrets',
    classicScope: 'repo',
    variables: variables(
      '/repos/{owner}/{repo}/actions',
      'repository permission "Variables: write"',
      'actions_variables',
    ),
  },
  'repository/dependabot': {
    path: '/repos/{owner}/{repo}/dependabot/secrets',
    permission: 'repository permission "Dependabot secrets: write"',
    grant: 'dependabot_secrets',
    classicScope: 'repo',
  },
  'repository/codespaces': {
    path: '/repos/{owner}/{repo}/codespaces/secrets',
    permission: 'repository permission "Codespaces secrets: write"',
    grant: 'codespaces_secrets',
    classicScope: 'repo',
  },
  'environment/actions': {
    path: '/repos/{owner}/{repo}/environments/{environment_name}/secrets',
    permission: 'repository permissions "Environments: write" and "Secrets: write"',
    grant: 'environments',
    classicScope: 'repo',
    variables: variables(
      '/repos/{owner}/{repo}/environments/{environment_name}',
      'repository permissions "Environments: write" and "Variables: write"',
      'environments',
    ),
  },
  'organization/actions': {
    path: '/orgs/{org}/actions/secrets',
    permission: 'organization permission "Secrets: write"',
    grant: 'organization_secrets',
    classicScope: 'admin:org',
    repositoryId: Number,
    variables: variables(
      '/orgs/{org}/actions',
      'organization permission "Variables: write"',
      'organization_actions_variables',
      { classicScope: 'admin:org' },
    ),
  },
  'organization/dependabot': {
    path: '/orgs/{org}/dependabot/secrets',
    permission: 'organization permission "Organization dependabot secrets: write"',
    grant: 'organization_dependabot_secrets',
    classicScope: 'admin:org',
    repositoryId: String,
  },
  'organization/codespaces': {
    path: '/orgs/{org}/codespaces/secrets',
    permission: 'organization permission "Organization codespaces secrets: write"',
    grant: 'organization_codespaces_secrets',
    classicScope: 'admin:org',
    personalOnly: true,
    repositoryId: Number,
  },
};
