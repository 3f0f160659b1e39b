declare const changelog: {
  readonly getReleaseLine: (changeset: { readonly summary: string }) => Promise<string>;
  readonly getDependencyReleaseLine: (
    changesets: readonly object[],
    updated: readonly { readonly name: string; readonly newVersion: string }[],
  ) => Promise<string>;
};
export default changelog;
