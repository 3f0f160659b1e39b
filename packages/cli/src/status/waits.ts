import type { RotationStatus } from '@keyturn/host/status';

/** What a rotation waits for: the grace period of a replaced token, or only that no lost write can take effect any more. */
export function waitsFor({ kept }: Pick<RotationStatus, 'kept'>): 'grace' | 'settle' {
  return kept.some(({ reason }) => reason !== 'settling') ? 'grace' : 'settle';
}
