import type { RotationEvent } from '../ledger/event.ts';
import type { RotationRuntime } from './run/request.ts';

/** Reports the events of one rotation. */
export function observed(
  rotation: string,
  observe: RotationRuntime['observe'],
): (event: RotationEvent) => void {
  return (event) => observe?.({ type: 'event', rotation, event });
}
