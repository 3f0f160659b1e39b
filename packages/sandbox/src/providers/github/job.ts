import type { JobPlace, JobValues } from '../provider.ts';
import { reaches, type GitHubState, type Holder, type Item, type ShelfName } from './state.ts';

/**
 * What a job reads: the organization's values, over them the repository's, over them the environment's.
 * docs: actions/reference/secrets-reference. A place without a repository stands for one that gets everything.
 */
export function jobValues({ path, query }: JobPlace, state: GitHubState): JobValues | undefined {
  const app = (query.get('app') ?? 'actions') as ShelfName;
  const name = path.toLowerCase();
  const repository = state.repositories.get(name);
  const owner = repository?.owner ?? state.accounts.get(name);
  const environmentName = query.get('environment');
  const environment = repository?.environments.get(environmentName?.toLowerCase() ?? '');
  if (owner === undefined || (environmentName !== null && environment === undefined))
    return undefined;

  const read = (kind: ShelfName): Map<string, string> => {
    const shared = itemsOf(owner, kind).filter(
      (item) => repository === undefined || reaches(item, repository),
    );
    const own = [repository, environment].flatMap((holder) => itemsOf(holder, kind));
    return new Map([...shared, ...own].map((item) => [item.name, item.value]));
  };
  return { secrets: read(app), variables: read('variables') };
}

const itemsOf = (holder: Holder | undefined, kind: ShelfName): Item[] => [
  ...(holder?.shelves.get(kind)?.items.values() ?? []),
];
