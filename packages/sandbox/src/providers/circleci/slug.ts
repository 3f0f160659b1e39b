/** The names that a version control system has in slugs, with the one that is kept. */
const SYSTEMS: Readonly<Record<string, string>> = {
  gh: 'gh',
  github: 'gh',
  bb: 'bb',
  bitbucket: 'bb',
  circleci: 'circleci',
};

/** The kept form of a slug of so many parts, `github/acme/web` as `gh/acme/web`; undefined for what is none. */
export function canonicalSlug(slug: string, parts: 2 | 3): string | undefined {
  const [system = '', ...rest] = slug.split('/');
  const known = Object.hasOwn(SYSTEMS, system) ? SYSTEMS[system] : undefined;
  const isWhole = rest.length === parts - 1 && rest.every((part) => part !== '');
  return known !== undefined && isWhole ? [known, ...rest].join('/') : undefined;
}

/** Splits `gh/acme/deploy now` into the organization's slug and the rest. */
export function splitOwner(key: string): { readonly owner: string; readonly name: string } {
  const [system = '', organization = '', ...rest] = key.split('/');
  return { owner: `${system}/${organization}`, name: rest.join('/') };
}
