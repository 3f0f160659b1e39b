import type { AdapterContext } from '@keyturn/core';
import { seededRandom, virtualClock, type VirtualClock } from '@keyturn/core/testing';
import {
  controlOf,
  startSandbox,
  type Control,
  type RoleBackend,
  type Sandbox,
  type World,
} from '@keyturn/sandbox';

import { contextOf, START } from './context.ts';

/** A sandbox, and what an adapter that talks to it is given. */
export interface AdapterWorld extends Pick<Control, 'fault' | 'requests'> {
  readonly sandbox: Sandbox;
  /** The time of the sandbox, and of the adapter. */
  readonly clock: VirtualClock;
  /** The environment as it is read at every call. */
  readonly env: Record<string, string | undefined>;
  readonly close: () => Promise<void>;
}

/** `env` tells an adapter where the sandbox is, and what it acts with. */
export async function openAdapterWorld(
  world: World,
  env: (urls: Sandbox['urls']) => Record<string, string | undefined>,
  roles?: RoleBackend,
): Promise<AdapterWorld & { readonly context: AdapterContext; readonly control: Control }> {
  const clock = virtualClock(START);
  const sandbox = await startSandbox({
    clock: () => clock.now(),
    random: seededRandom(1),
    ...(roles !== undefined && { roles }),
    world,
  });
  const variables = env(sandbox.urls);
  const { context, close } = contextOf(variables, clock);
  const control = controlOf(sandbox);
  return {
    sandbox,
    clock,
    env: variables,
    context,
    control,
    fault: control.fault,
    requests: control.requests,
    async close() {
      await close();
      await sandbox.close();
    },
  };
}
