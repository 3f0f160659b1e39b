import type { LayoutName } from '../layout.ts';

/** A sink that a history may configure: one thing, however it is spelt. */
export interface SinkChoice {
  readonly kind: 'github' | 'gitlab' | 'circleci' | 'env';
  readonly target: string;
  /** Another spelling of the same thing; `{context}` is for the id of the context. */
  readonly respelt?: string;
}

export const choices: readonly SinkChoice[] = [
  { kind: 'github', target: 'github:acme/web', respelt: 'github:Acme/Web' },
  {
    kind: 'github',
    target: 'github:acme/api?environment=production',
    respelt: 'github:acme/api?environment=Production',
  },
  { kind: 'github', target: 'github:acme/docs' },
  {
    kind: 'gitlab',
    target: 'gitlab:acme/infra?scope=production',
    respelt: 'gitlab:4217?scope=production',
  },
  { kind: 'circleci', target: 'circleci:gh/acme/web', respelt: 'circleci:github/acme/web' },
  {
    kind: 'circleci',
    target: 'circleci:gh/acme?context=deploy',
    respelt: 'circleci:gh/acme?context={context}',
  },
  { kind: 'env', target: 'env:.env.ci' },
];

export function choiceOf(index: number): SinkChoice {
  const choice = choices[index];
  if (choice === undefined) throw new Error(`there is no sink ${index}`);
  return choice;
}

/** The layout `slots` needs variables that can be read. */
export function fits(index: number, layout: LayoutName): boolean {
  return layout !== 'slots' || choiceOf(index).kind === 'github';
}
