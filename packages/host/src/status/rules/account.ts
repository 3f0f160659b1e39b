import type { Finding } from '../finding.ts';
import { otherAccount as said } from '../../messages.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { problem } from './make.ts';

/** Whether the tokens belong to the configured account. If not, runs change nothing. */
export function account({ otherAccount }: RotationStatus): Finding[] {
  if (otherAccount === null) return [];
  const { recorded, configured } = otherAccount;
  return [problem('other-account', said(recorded, configured))];
}
