import { admin, askProvider } from './admin.ts';
import { renameBranch } from './branches.ts';
import type { Other } from './history.ts';
import { resetInPlace, roles } from './kinds/branch.ts';
import { TOKENS } from './kinds/gitlab.ts';
import { stateOf } from './ledgers.ts';
import { isBegun } from './others.ts';
import { changesAsked } from './rotating.ts';
import { rotateSide } from './side.ts';
import { ours, run, tokensOf, type World } from './world.ts';

const HOUR = 3_600_000;

/** What happens only to some kinds of credentials. Tells in a few words what came of it. */
export async function befall(world: World, op: Other): Promise<string> {
  if (op === 'enable') return enable(world);
  if (op === 'the other rotation')
    return rotateSide(world, ...((await isBegun(world)) ? ['--force'] : []));
  if (op === 'another is made') return makeAnother(world);
  if (op === 'another is deleted') return deleteOthers(world);
  if (op === 'foreign enable') return enableAsAnother(world);
  if (op === 'branch renamed') return renameBranch(world);
  if (!(await isBegun(world))) return 'nothing was delivered yet';
  const { current: id = '' } = await stateOf(world, world.configuration.rotation);
  if (tokensOf(world).find((one) => one.id === id)?.exists !== true) return 'there is none';
  const { kind, first, announced, configuration } = world;
  const { branch } = configuration;
  const change = { provider: kind.provider, id };
  switch (op) {
    case 'owns a table':
      await admin(first, [{ ...change, op: 'own', name: `table_${Date.now()}` }]);
      return id;
    case 'reassigned':
      return reassign(world, id);
    case 'foreign disable':
      world.needsForce = true;
      announced.condemned.add(id);
      await admin(first, [{ ...change, op: 'disable' }]);
      return id;
    case 'rotated in place': {
      const made = await askProvider<{ id: number } | undefined>(
        first,
        'POST',
        `${TOKENS}/${id}/rotate`,
      );
      if (made === undefined) return 'refused';
      world.needsForce = true;
      announced.condemned.add(id);
      announced.others.add(`${made.id}`);
      return `${id} is ${made.id}`;
    }
    case 'reset in place':
      world.needsForce = true;
      world.whole.clear();
      return (await resetInPlace(first, kind.credential.kind, id, branch)) ? id : 'refused';
  }
}

/** What `keyturn enable` names works; where nothing can be disabled, it changes nothing. */
async function enable(world: World): Promise<string> {
  const { rotation } = world.configuration;
  const asked = await changesAsked(world);
  const { code, stdout } = await run(world, ['enable', rotation, '--json']);
  const requests = (await changesAsked(world)) - asked;
  const { tokens = [] } = JSON.parse(stdout || '{}') as { tokens?: string[] };
  const idle = tokensOf(world).filter(({ id, works }) => tokens.includes(id) && !works);
  if (idle.length > 0) world.broken.push(`enable names ${idle[0]?.id}, which does not work`);
  if (!world.kind.credential.disables && (code !== 2 || requests > 0))
    world.broken.push(`enable ends with ${code} and makes ${requests} changes`);
  return `exit ${code} ${tokens.join(', ')}`;
}

/** Long before and after everything else, so that its time shows whose it is. */
async function makeAnother(world: World): Promise<string> {
  passTime(world, HOUR);
  const id = await world.kind.make(world.first);
  passTime(world, HOUR);
  if (id === '') return 'there is no room';
  world.announced.others.add(id);
  return id;
}

/** Whoever made others deletes them. */
export async function deleteOthers({ kind, first, announced }: World): Promise<string> {
  for (const id of announced.others) {
    announced.condemned.add(id);
    await admin(first, [{ provider: kind.provider, op: 'revoke', id }]);
  }
  return [...announced.others].join(', ');
}

async function enableAsAnother(world: World): Promise<string> {
  const disabled = ours(world).find(({ exists, works }) => exists && !works);
  if (disabled === undefined) return 'there is none';
  await admin(world.first, [{ provider: world.kind.provider, op: 'enable', id: disabled.id }]);
  return disabled.id;
}

async function reassign(world: World, current: string): Promise<string> {
  const other = ours(world).find(({ id, exists }) => exists && id !== current);
  const [from, to] = other === undefined ? [current, 'ledgerroot1a'] : [other.id, current];
  await askProvider(world.first, 'POST', `${roles(world.configuration.branch)}/${from}/reassign`, {
    successor: to,
  });
  return `${from} to ${to}`;
}

/** Every clock goes on; what expires meanwhile is nobody's doing. */
export function passTime(world: World, milliseconds: number): void {
  world.ahead.by += milliseconds;
  for (const { id, exists, works } of ours(world))
    if (exists && !works) world.announced.condemned.add(id);
}
