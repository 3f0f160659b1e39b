interface Named {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Packages in an order in which each comes after those that it needs: an interrupted release leaves nothing that cannot be installed. */
export function inOrder<T extends Named>(packages: readonly T[]): T[] {
  const byName = new Map(packages.map((one) => [one.name, one]));
  const ordered = new Set<T>();
  const visit = (one: T): void => {
    for (const name of one.needs) {
      const needed = byName.get(name);
      if (needed !== undefined && !ordered.has(needed)) visit(needed);
    }
    ordered.add(one);
  };
  for (const one of packages) visit(one);
  return [...ordered];
}
