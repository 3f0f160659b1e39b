import type { Finding } from '../finding.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { problem } from './make.ts';

/** Whether the tokens are of the account that the configuration says. If not, every run refuses to do anything. */
export function account({ otherAccount }: RotationStatus): Finding[] {
  if (otherAccount === null) return [];
  const { recorded, configured } = otherAccount;
  return [
    problem(
      'other-account',
      `its tokens are of ${recorded}, and the configuration says ${configured}: no run does anything`,
      'Change it back, or give the rotation another name: then it begins anew there, and the old tokens stay as they are.',
    ),
  ];
}
