import * as say from '../../messages-of-checks.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence, SecurityEvidence } from '../evidence.ts';

const { fine, note, warn, wrong } = about('security');

/** How the setup is secured; only with `--security`. */
export function* security({ security: found, network }: Evidence): Generator<Diagnosis> {
  if (found === undefined) return;
  yield* ledger(found);
  yield* acting(found);
  yield* machine(found);
  const { proxies, certificates } = network;
  if (proxies.length > 0)
    yield note('security-proxy', say.proxySees(proxies.map(({ variable }) => variable)));
  if (certificates !== undefined)
    yield note('security-certificates', say.certificatesTrusted(certificates.file));
  yield* pipelines(found);
}

function* ledger({ ledger: { hasKey, isKnown, unsigned, isShared, branch } }: SecurityEvidence) {
  // The reason is reported with the store.
  if (!isKnown) yield note('security-ledger', say.SIGNATURES_UNKNOWN);
  else if (hasKey && unsigned.length === 0) yield fine('security-ledger', say.LEDGERS_SIGNED);
  else if (hasKey) yield wrong('security-ledger', say.ledgersUnsigned(unsigned));
  else if (isShared) yield warn('security-ledger', say.ledgersForgeable);
  else yield note('security-ledger', say.LEDGERS_LOCAL);
  if (branch === 'protected') yield fine('security-branch', say.BRANCH_PROTECTED);
  else if (branch === 'open') yield warn('security-branch', say.branchOpen);
  else if (isShared) yield note('security-branch', say.branchUnknown);
}

function* acting({ beyond, isPerson, isAgeless }: SecurityEvidence) {
  if (isAgeless) yield note('security-age', say.actingOld);
  if (isPerson) yield warn('security-person', say.actingPerson);
  if (beyond === undefined) return;
  if (beyond.length === 0) yield fine('security-acting', say.ACTING_MINIMAL);
  else yield warn('security-acting', say.actingPowerful(beyond));
}

function* machine({ writable, runner, isUntrusted }: SecurityEvidence) {
  if (writable.length > 0) yield warn('security-writable', say.foldersWritable(writable));
  if (runner !== undefined) yield warn('security-runner', say.runnerShared(runner));
  if (isUntrusted) yield note('security-untrusted', say.FILES_UNTRUSTED);
}

function* pipelines({ pipelines: files }: SecurityEvidence) {
  for (const { file, weaknesses } of files) {
    if (weaknesses.length === 0) yield fine('security-pipeline', say.pipelinePinned(file));
    for (const one of weaknesses)
      yield warn('security-pipeline', say.pipelineWeak(file, one.line, one));
  }
}
