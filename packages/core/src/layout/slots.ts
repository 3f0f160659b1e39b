/** The two slots of the layout `slots`: one is live, the other idle. */
export type Slot = 'A' | 'B';

/** The name that a secret has in a slot: `TOKEN_A`. */
export function slotName(name: string, slot: Slot): string {
  return `${name}_${slot}`;
}

/** The slot that is not this one. */
export function otherSlot(slot: Slot): Slot {
  return slot === 'A' ? 'B' : 'A';
}

/** Every name that the layout writes to: each secret in both slots, and the variable that says which one is live. */
export function slottedNames(names: readonly string[], variable: string): string[] {
  return [...names.flatMap((name) => [slotName(name, 'A'), slotName(name, 'B')]), variable];
}
