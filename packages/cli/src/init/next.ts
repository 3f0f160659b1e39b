import { type PipelineCredential, shellWord } from '@keyturn/core';
import { relative } from 'node:path';

import type { Host } from '../host.ts';
import { firstToken } from '../messages.ts';
import { painter, roomOf } from '../output/style.ts';
import { LEDGER_BRANCH, LEDGER_STATE } from '../scaffold/pipeline/explain.ts';
import { LEDGER_KEY } from '../scaffold/pipeline/pipeline.ts';
import type { System } from './systems.ts';
import type { PlannedFile } from '../files/planned.ts';
import { wrap } from '../output/wrap.ts';

/** What is left to do after the files are written. */
export interface Remaining {
  readonly system: System | undefined;
  /** The credentials that the adapters of the rotations read in it. */
  readonly credentials: readonly PipelineCredential[];
  readonly rotations: readonly { readonly name: string }[];
  /** The rotations whose tokens were adopted already. */
  readonly adopted: readonly string[];
  /** The rotations that have no token yet that could be adopted. */
  readonly fresh: readonly string[];
  /** There is a key here, so their ledgers are signed. */
  readonly signed: boolean;
  readonly files: readonly PlannedFile[];
  /** The files of the project that the pipeline installs from. */
  readonly installedFrom: readonly string[];
  readonly byHand: readonly string[];
  /** The command that installs what is missing here; undefined if nothing is. */
  readonly here: string | undefined;
}

/** The next steps, in order. */
export function nextText(remaining: Remaining, host: Host): string {
  const { system, rotations, adopted, fresh, files, byHand, here } = remaining;
  const open = rotations.filter(({ name }) => !adopted.includes(name) && !fresh.includes(name));
  const adopting = open.map(({ name }) => `keyturn adopt ${shellWord(name)}`).join(', ');
  const unfilled = rotations.find(({ name }) => fresh.includes(name));
  const names = [
    ...files.map(({ path }) => relative(host.directory, path)),
    ...remaining.installedFrom,
  ].join(', ');
  const steps = [...(here === undefined ? [] : [`Install it here: ${here}`]), ...byHand];
  if (system !== undefined) steps.push(...pipelineSteps(remaining, system, adopting, names));
  else if (adopting !== '') steps.push(`Adopt the tokens in use: ${adopting}. ${NAME_IT}`);
  const state = system !== undefined && adopting === '' ? `${EXPORT_STATE}, then ` : '';
  steps.push(
    unfilled === undefined
      ? `Check what a run would do: ${state}keyturn plan`
      : `Deliver the first token, with the permissions of an existing one (keyturn token list): ${state}${firstToken(unfilled.name)}.`,
  );
  const paint = painter(host.stderr);
  const lines = steps.flatMap((step, at) =>
    wrap(step, roomOf(host.stderr) - 5).map(
      (line, first) => `${first === 0 ? paint('bold', `${at + 1}.`.padStart(3)) : '   '} ${line}`,
    ),
  );
  return `\n${paint('bold', 'Next')}\n${lines.join('\n')}\n`;
}

/** Most platforms hide the values of secrets. */
const NAME_IT = 'If a sink hides its values, add --token-id ID: keyturn token list has the ids.';
const EXPORT_STATE = `export KEYTURN_STATE=${LEDGER_STATE}`;

/** @param adopting the commands that adopt what is not adopted yet; @param names the files to commit */
function pipelineSteps(
  { credentials, adopted, signed }: Remaining,
  { ci, own }: System,
  adopting: string,
  names: string,
): readonly string[] {
  const needed = [...credentials, ...(ci.pushesWithOwn === true ? own : []), LEDGER_KEY];
  const secrets = [...new Set(needed.map(({ secret }) => secret))].join(', ');
  const key = `Create the key that signs the ledger: openssl rand -base64 32. Store it with the other secrets as ${LEDGER_KEY.secret}, and export it here under that name`;
  const push = `Do not allow anybody else to push to ${LEDGER_BRANCH}.`;
  return [
    `${ci.setUp}: ${secrets}. The comment at the top of the pipeline explains each of them.`,
    ...(adopted.length === 0
      ? [
          `${key} before the next step. Sign an existing ledger with keyturn ledger sign. Without a key, nothing is signed.`,
        ]
      : signed
        ? []
        : [`${key}. Then sign the ledger: ${EXPORT_STATE}, then keyturn ledger sign.`]),
    adopting === ''
      ? push
      : `Adopt the tokens in use, in the ledger that the pipeline reads: ${EXPORT_STATE}, then ${adopting}. ${NAME_IT} ${push}`,
    `Commit ${names}.`,
  ];
}
