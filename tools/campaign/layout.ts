export const layouts = ['pair', 'joined', 'file', 'slots'] as const;
export type LayoutName = (typeof layouts)[number];

const EVERY_KIND = [
  'github:acme/web',
  'gitlab:acme/infra?scope=production',
  'circleci:gh/acme/web',
  'env:.env.ci',
];

/** The sinks of a layout's rotation: one of every kind that has it, and a second one of GitHub. */
export function sinksOf(layout: LayoutName): readonly string[] {
  if (layout === 'slots') return ['github:acme/web', 'github:acme/api?environment=production'];
  return [...EVERY_KIND, 'github:acme/docs'];
}
