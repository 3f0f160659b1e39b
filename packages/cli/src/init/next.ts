import type { PipelineCredential } from '@keyturn/core';
import { relative } from 'node:path';

import type { Host } from '../host.ts';
import { painter, roomOf } from '../output/style.ts';
import { LEDGER_BRANCH } from '../scaffold/pipeline/explain.ts';
import { LEDGER_KEY } from '../scaffold/pipeline/pipeline.ts';
import type { System } from './systems.ts';
import type { PlannedFile } from '../files/planned.ts';
import { wrap } from '../output/wrap.ts';

/** What is left to do after the files were written. */
export interface Remaining {
  readonly system: System | undefined;
  /** What the rotations' adapters read in it. */
  readonly credentials: readonly PipelineCredential[];
  readonly rotations: readonly { readonly name: string }[];
  readonly files: readonly PlannedFile[];
  readonly byHand: readonly string[];
  /** The line that installs keyturn here. */
  readonly here: string;
}

/** Tells what to do next, in the order in which it is to be done. */
export function nextText(remaining: Remaining, host: Host): string {
  const { system, credentials, rotations, files, byHand, here } = remaining;
  const adopting = rotations.map(({ name }) => `keyturn adopt ${name}`).join(', ');
  const names = files.map(({ path }) => relative(host.directory, path)).join(', ');
  const steps = [`Install it here: ${here}`, ...byHand];
  if (system === undefined) steps.push(`Take over the tokens in use: ${adopting}`);
  else {
    const own = system.ci.pushesWithOwn === true ? system.own : [];
    const needed = [...credentials, ...own, LEDGER_KEY].map(({ secret }) => secret);
    const secrets = [...new Set(needed)].join(', ');
    steps.push(
      `${system.ci.setUp}: ${secrets}. The head of the pipeline says what each is.`,
      `Make the key that signs the ledger: openssl rand -base64 32. Keep it with the others as ${LEDGER_KEY.secret}, and export it here under that name before the next step. A ledger that is there already is taken over with keyturn ledger sign. Without a key, nothing is signed.`,
      `Take over the tokens in use, into the ledger's branch: run the lines "Fetch the ledger" of the pipeline here, then ${adopting}, then the lines "Keep the ledger". Let nobody else push to ${LEDGER_BRANCH}.`,
      `Commit ${names}.`,
    );
  }
  steps.push('See what a run would do: keyturn plan');
  const paint = painter(host.stderr);
  const lines = steps.flatMap((step, at) =>
    wrap(step, roomOf(host.stderr) - 5).map(
      (line, first) => `${first === 0 ? paint('bold', `${at + 1}.`.padStart(3)) : '   '} ${line}`,
    ),
  );
  return `\n${paint('bold', 'Next')}\n${lines.join('\n')}\n`;
}
