import type { Credential } from './credentials/credential.ts';

export type LayoutName = 'pair' | 'joined' | 'file' | 'slots';

const EVERY_KIND = [
  'github:acme/web',
  'gitlab:acme/infra?scope=production',
  'circleci:gh/acme/web',
];

/**
 * The sinks of a layout's rotation: one of every kind that has it, and a second one of GitHub.
 *
 * @param lost the disk is lost: an env file would be, too
 */
export function sinksOf(layout: LayoutName, lost: boolean): readonly string[] {
  if (layout === 'slots') return ['github:acme/web', 'github:acme/api?environment=production'];
  return [...EVERY_KIND, ...(lost ? [] : ['env:.env.ci']), 'github:acme/docs'];
}

/** Whether jobs can read half of one credential and half of another until the next run: several names, written one by one. */
export function canBeTorn({ names }: Credential, layout: LayoutName): boolean {
  return layout === 'pair' && Object.keys(names(layout)).length > 1;
}
