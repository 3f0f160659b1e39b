import { adopt, inherit, rotate } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import { identityOf, readState } from '@keyturn/core/unstable';

import { chooseToken } from '../adopt/choose.ts';
import { gatherEvidence } from '../adopt/evidence.ts';
import { adoptionDocument, adoptionText } from '../adopt/text.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { fromWithTokenId, ledgerContinued, sinksEmpty, tokenToAdoptNotFound } from '../messages.ts';
import { tell } from '../output/tell.ts';
import { isAboutNames, withAdvice } from '../workflows/advice.ts';
import { documentText } from '../output/json.ts';
import {
  openPlans,
  type PlannedRequest,
  aboutOf,
  noteNamed,
  readNamed,
  recordedNames,
  type Session,
} from '@keyturn/host/session';
import { rotationStatus } from '@keyturn/host/status';

export interface AdoptFlags {
  readonly config?: string;
  readonly org?: string;
  readonly tokenId?: string;
  readonly from?: string;
  readonly allow?: readonly string[];
  readonly json?: boolean;
}

/** `keyturn adopt`: makes a token in use the current token of the rotation, which replaces it when it is due. */
export async function adoptCommand(
  [name = '']: readonly string[],
  flags: AdoptFlags,
  host: Host,
): Promise<ExitCode> {
  const { session, requests } = await openPlans([name], { ...flags, sink: [] }, host);
  try {
    const [request] = requests;
    if (request === undefined) throw new Error('a named rotation has no plan');
    if (request.failure !== undefined) throw request.failure;
    for (const warning of request.warnings) tell(warning, host.stderr);
    const { issuer } = request;
    const store = await session.store();
    if (flags.from !== undefined) {
      await noteFormer(flags.from, request, session);
      return await goOn(name, flags.from, request, store, flags, host);
    }
    const evidence = await gatherEvidence(request, host);
    const holders = evidence.filter(({ shows }) => shows !== 'absence').map(({ sink }) => sink);
    if (holders.length === 0) throw await withAdvice(sinksEmpty(name), request, session);
    // A repeated adoption asks nothing.
    const given = flags.tokenId ?? (await readState(store, name)).current;
    const question = { rotation: name, issuer, store, evidence, given };
    const id = await chooseToken(question, host);
    const token = await issuer.get(id, host);
    if (token === undefined) throw tokenToAdoptNotFound(name, issuer.id, id);
    await refuseUnfit(request, id, session, host);
    const { owner, clock } = host;
    const outcome = await adopt({ name, token, sinks: holders }, { store, owner, clock });
    if (outcome === 'adopted' || flags.tokenId !== undefined)
      await noteNamed(aboutOf(request, session), { token: id });
    const state = await readState(store, name);
    const adopted = {
      outcome,
      token,
      evidence,
      grantsSome: issuer.supports.permissions !== 'none',
      status: rotationStatus(request, state, clock.now()),
    };
    host.stdout.write(
      flags.json === true
        ? adoptionDocument(adopted, request.warnings)
        : adoptionText(adopted, host),
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}

/** Reports now what the next run would refuse or warn of. */
async function refuseUnfit(
  request: PlannedRequest,
  id: string,
  session: Session,
  host: Host,
): Promise<void> {
  const store = await session.store();
  if ((await readState(store, request.name)).current !== undefined) return;
  const { clock, random, owner, signal } = host;
  const plan = { ...request, replaces: id, dryRun: true };
  const { error, outcome, warnings } = await rotate(plan, { store, clock, random, owner, signal });
  for (const warning of warnings) tell(warning, host.stderr);
  if (outcome !== 'failed' || error === undefined) return;
  throw isAboutNames(error) ? await withAdvice(error, request, session) : error;
}

/** Copies what the user said about the rotation under its former name. */
async function noteFormer(
  from: string,
  { name, issuer }: PlannedRequest,
  session: Session,
): Promise<void> {
  const about = aboutOf({ name, issuer }, session);
  const { named, formerly } = await readNamed({ ...about, rotation: from });
  for (const former of [from, ...formerly]) await noteNamed(about, { formerly: former });
  for (const token of named) await noteNamed(about, { token });
}

/** A renamed rotation continues the ledger of its former name. */
async function goOn(
  name: string,
  from: string,
  { issuer }: PlannedRequest,
  store: StateStore,
  flags: AdoptFlags,
  host: Host,
): Promise<ExitCode> {
  if (flags.tokenId !== undefined) throw fromWithTokenId();
  const { owner, clock } = host;
  recordedNames([from], await store.rotations());
  const outcome = await inherit(
    { name, from, issuer: identityOf(issuer) },
    { store, owner, clock },
  );
  const { current } = await readState(store, name);
  host.stdout.write(
    flags.json === true
      ? documentText({ rotation: name, from, outcome, current: current ?? null })
      : `${ledgerContinued(name, from, current)}\n`,
  );
  return exitCodes.done;
}
