import { branchPassword, branchRole } from './branch.ts';
import { gitlab } from './gitlab.ts';
import { iam } from './iam.ts';
import type { Kind } from './kind.ts';
import { service } from './service.ts';

const kinds: readonly Kind[] = [service, branchPassword, branchRole, gitlab, iam];

/** @throws if there is no such kind */
export function kindOf(name: string): Kind {
  const kind = kinds.find(({ credential }) => credential.kind === name);
  if (kind === undefined) throw new Error(`histories have no ${name}`);
  return kind;
}
