import type { PlanetScaleState } from './state.ts';
import { databaseRole, isMade, type Role } from './role.ts';

/** Does one thing at a time with the roles, after whatever was begun before. */
export function inTurn<Result>(
  state: PlanetScaleState,
  act: () => Promise<Result> | Result,
): Promise<Result> {
  const turn = state.roleWork.then(act);
  // The caller handles a failure; the next turn starts regardless.
  state.roleWork = turn.then(
    () => undefined,
    () => undefined,
  );
  return turn;
}

/** Makes the roles of a world that was opened. */
export async function makeRoles({ organizations, roles }: PlanetScaleState): Promise<void> {
  const all = [...organizations.values()].flatMap((one) => [...one.roles.values()]);
  await roles.replace(all.filter((role) => isMade(role)).map(databaseRole));
}

/**
 * Counts a look at a role. It becomes ready, or is dropped, only after some looks: this finds clients that ask once, and no test has to
 * wait for real time.
 */
export async function look(role: Role, state: PlanetScaleState): Promise<void> {
  role.looks += 1;
  await proceed(role, state);
}

/** Makes a role ready, or drops it, if it was looked at often enough. */
export async function proceed(role: Role, state: PlanetScaleState): Promise<void> {
  const { rolesReadyAfterLooks, rolesDropAfterLooks } = state.behaviour;
  if (role.revokedAt !== null || role.dropFailed !== null) return;
  if (role.deletedAt !== null) {
    if (role.looks > rolesDropAfterLooks || rolesDropAfterLooks === 0) await drop(role, state);
  } else if (!role.ready && (role.looks > rolesReadyAfterLooks || rolesReadyAfterLooks === 0)) {
    await state.roles.create(databaseRole(role));
    role.ready = true;
  }
}

/** What `POST /roles/:id/reassign` and the `successor` of a deletion do. */
export async function reassign(
  role: Role,
  successor: Role,
  state: PlanetScaleState,
): Promise<void> {
  if (role.ready && successor.ready) await state.roles.reassign(role.username, successor.username);
  successor.owns = [...successor.owns, ...role.owns];
  role.owns = [];
}

/** Marks a role as deleted; how it ends is seen later. */
export async function remove(role: Role, state: PlanetScaleState): Promise<void> {
  // One that is being dropped already goes on.
  if (role.deletedAt === null || role.dropFailed !== null) {
    role.deletedAt = state.runtime.clocks.now();
    role.dropFailed = null;
    role.looks = 0;
  }
  await proceed(role, state);
}

/** As {@link remove}, and waits for no looks. */
export async function removeNow(role: Role, state: PlanetScaleState): Promise<void> {
  role.deletedAt = state.runtime.clocks.now();
  await drop(role, state);
}

async function drop(role: Role, state: PlanetScaleState): Promise<void> {
  try {
    if (state.behaviour.dropsFail) throw new Error('connection to the branch timed out');
    if (role.owns.length > 0) throw new Error(ownedMessage(role));
    if (role.ready) await state.roles.drop(role.username);
    role.revokedAt = state.runtime.clocks.now().real;
  } catch (error) {
    role.dropFailed = error instanceof Error ? error.message : String(error);
  }
}

/** As PostgreSQL words it. */
function ownedMessage({ baseUsername, owns }: Role): string {
  const owned = owns.map((table) => `owner of table ${table}`).join(', ');
  return `role "${baseUsername}" cannot be dropped because some objects depend on it: ${owned}`;
}
