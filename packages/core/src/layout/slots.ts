/** The slots of the layout `slots`: one is live, and the other one is idle. */
export type Slot = 'A' | 'B';

/** The name of a secret in a slot: `TOKEN_A`. */
export function slotName(name: string, slot: Slot): string {
  return `${name}_${slot}`;
}

/** Returns the other slot. */
export function otherSlot(slot: Slot): Slot {
  return slot === 'A' ? 'B' : 'A';
}

/** All names that the layout writes: each secret in both slots, and the variable of the live slot. */
export function slottedNames(names: readonly string[], variable: string): string[] {
  return [...names.flatMap((name) => [slotName(name, 'A'), slotName(name, 'B')]), variable];
}
