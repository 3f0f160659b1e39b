import type { PipelineCredential } from '@keyturn/core';
import { relative } from 'node:path';

import type { Host } from '../host.ts';
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
  readonly files: readonly PlannedFile[];
  readonly byHand: readonly string[];
  /** The command that installs keyturn here. */
  readonly here: string;
}

/** The next steps, in order. */
export function nextText(remaining: Remaining, host: Host): string {
  const { system, credentials, rotations, files, byHand, here } = remaining;
  const adopting = rotations.map(({ name }) => `keyturn adopt ${name}`).join(', ');
  const names = files.map(({ path }) => relative(host.directory, path)).join(', ');
  const steps = [`Install it here: ${here}`, ...byHand];
  if (system === undefined) steps.push(`Adopt the tokens in use: ${adopting}`);
  else {
    const own = system.ci.pushesWithOwn === true ? system.own : [];
    const needed = [...credentials, ...own, LEDGER_KEY].map(({ secret }) => secret);
    const secrets = [...new Set(needed)].join(', ');
    steps.push(
      `${system.ci.setUp}: ${secrets}. The comment at the top of the pipeline explains each of them.`,
      `Create the key that signs the ledger: openssl rand -base64 32. Store it with the other secrets as ${LEDGER_KEY.secret}, and export it here under that name before the next step. Sign an existing ledger with keyturn ledger sign. Without a key, nothing is signed.`,
      `Adopt the tokens in use, in the ledger that the pipeline reads: export KEYTURN_STATE=${LEDGER_STATE}, then ${adopting}. Do not allow anybody else to push to ${LEDGER_BRANCH}.`,
      `Commit ${names}.`,
    );
  }
  steps.push('Check what a run would do: keyturn plan');
  const paint = painter(host.stderr);
  const lines = steps.flatMap((step, at) =>
    wrap(step, roomOf(host.stderr) - 5).map(
      (line, first) => `${first === 0 ? paint('bold', `${at + 1}.`.padStart(3)) : '   '} ${line}`,
    ),
  );
  return `\n${paint('bold', 'Next')}\n${lines.join('\n')}\n`;
}
