import { adopt, KeyturnError, readState } from '@keyturn/core';

import { chooseToken } from '../adopt/choose.ts';
import { gatherEvidence } from '../adopt/evidence.ts';
import { adoptionDocument, adoptionText } from '../adopt/text.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { tell } from '../output/tell.ts';
import { openPlans } from '../setup/plans.ts';
import { rotationStatus } from '../status/rotation-status.ts';

export interface AdoptFlags {
  readonly config?: string;
  readonly org?: string;
  readonly tokenId?: string;
  readonly allow?: readonly string[];
  readonly json?: boolean;
}

/** `keyturn adopt`: a token that is in use becomes the rotation's, to be replaced when it is due. */
export async function adoptCommand(
  [name = '']: readonly string[],
  flags: AdoptFlags,
  host: Host,
): Promise<ExitCode> {
  const { session, requests } = await openPlans([name], { ...flags, sink: [] }, host);
  try {
    const [request] = requests;
    if (request === undefined) throw new Error('a rotation that is named is planned');
    if (request.failure !== undefined) throw request.failure;
    for (const warning of request.warnings) tell(warning, host.stderr);
    const { issuer } = request;
    const store = await session.store();
    const evidence = await gatherEvidence(request, host);
    const holders = evidence.filter(({ shows }) => shows !== 'absence').map(({ sink }) => sink);
    if (holders.length === 0)
      throw new KeyturnError(
        'PREDECESSOR_UNKNOWN',
        `${name}: none of its sinks holds anything yet`,
        {
          hint: `Fill them with a token: keyturn rotate ${name} --replaces TOKEN_ID copies the permissions of that one.`,
          effect: 'none',
        },
      );
    // Who asks again is not asked.
    const given = flags.tokenId ?? (await readState(store, name)).current;
    const question = { rotation: name, issuer, store, evidence, given };
    const id = await chooseToken(question, host);
    const token = await issuer.get(id, host);
    if (token === undefined)
      throw new KeyturnError('TOKEN_NOT_FOUND', `${issuer.id} has no token ${id}`, {
        hint: 'List the tokens with: keyturn token list',
        effect: 'none',
      });
    const { owner, clock } = host;
    const outcome = await adopt({ name, token, sinks: holders }, { store, owner, clock });
    const state = await readState(store, name);
    const adopted = {
      outcome,
      token,
      evidence,
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
