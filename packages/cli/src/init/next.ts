import { relative } from 'node:path';

import type { Host } from '../host.ts';
import { painter, roomOf } from '../output/style.ts';
import { withGitlab } from '../scaffold/pipeline/gitlab.ts';
import {
  credentialsFor,
  LEDGER_BRANCH,
  LEDGER_KEY,
  type System,
} from '../scaffold/pipeline/pipeline.ts';
import type { PlannedFile } from '../files/planned.ts';
import { wrap } from '../output/wrap.ts';

/** What is left to do after the files were written. */
export interface Remaining {
  readonly system: System | 'none';
  readonly kinds: readonly string[];
  readonly rotations: readonly { readonly name: string }[];
  readonly files: readonly PlannedFile[];
  readonly byHand: readonly string[];
  /** The line that installs keyturn here. */
  readonly here: string;
}

const PLACES: Readonly<Record<System, string>> = {
  github:
    'Put the secrets into the environment "keyturn" of the repository (Settings, Environments), limited to the default branch',
  gitlab:
    'Put the variables into the project (Settings, CI/CD), masked and protected, and make a daily pipeline schedule (Build, Pipeline schedules)',
  circleci:
    'Put the variables into a context "keyturn", give the project a deploy key that may write, and add a daily schedule trigger (Project Settings)',
};

/** Tells what to do next, in the order in which it is to be done. */
export function nextText(remaining: Remaining, host: Host): string {
  const { system, kinds, rotations, files, byHand, here } = remaining;
  const adopting = rotations.map(({ name }) => `keyturn adopt ${name}`).join(', ');
  const names = files.map(({ path }) => relative(host.directory, path)).join(', ');
  const steps = [`Install it here: ${here}`, ...byHand];
  if (system === 'none') steps.push(`Take over the tokens in use: ${adopting}`);
  else {
    const needed = credentialsFor(system === 'gitlab' ? withGitlab(kinds) : kinds);
    const secrets = needed.map(({ secret }) => secret).join(', ');
    steps.push(
      `${PLACES[system]}: ${secrets}. The head of the pipeline says what each is.`,
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
