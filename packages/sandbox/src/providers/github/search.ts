import type { Repository } from './state.ts';

/**
 * Makes the filter of a repository search: `org:`, `user:`, `repo:`, `topic:`, `archived:` and `is:` qualifiers, each also
 * negated with `-`, and words of the name. docs: search-github/searching-on-github/searching-for-repositories.
 */
export function matcher(query: string): (repository: Repository) => boolean {
  const tests = query.split(/\s+/).map((term) => {
    const negated = term.startsWith('-');
    const test = single(term.slice(negated ? 1 : 0).toLowerCase());
    return (repository: Repository) => test(repository) !== negated;
  });
  return (repository) => tests.every((test) => test(repository));
}

function single(term: string): (repository: Repository) => boolean {
  const [, qualifier = '', value = ''] = /^([a-z]+):(.*)$/.exec(term) ?? [];
  switch (qualifier) {
    case 'org':
    case 'user':
      return ({ owner }) => owner.login.toLowerCase() === value;
    case 'repo':
      return ({ fullName }) => fullName.toLowerCase() === value;
    case 'topic':
      return ({ topics }) => topics.includes(value);
    case 'archived':
      return ({ archived }) => String(archived) === value;
    case 'is':
      return (repository) => (repository.private ? 'private' : 'public') === value;
    default:
      return ({ name }) => name.toLowerCase().includes(term);
  }
}
