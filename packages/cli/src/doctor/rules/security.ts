import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence, SecurityEvidence } from '../evidence.ts';
import { listed } from '@keyturn/host/text';

const { fine, note, warn, wrong } = about('security');

/** How the set-up is secured; only where that was asked. */
export function* security({ security: found, network }: Evidence): Generator<Diagnosis> {
  if (found === undefined) return;
  yield* ledger(found);
  yield* acting(found);
  yield* machine(found);
  if (network.proxies.length > 0)
    yield note(
      'security-proxy',
      `requests go through ${listed(network.proxies.map(({ variable }) => variable))}, which sees where they go`,
    );
  if (network.certificates !== undefined)
    yield note(
      'security-certificates',
      `NODE_EXTRA_CA_CERTS has ${network.certificates.file} believed: whoever wrote it can read every request`,
    );
  yield* pipelines(found);
}

function* ledger({ ledger: { hasKey, isKnown, unsigned, isShared, branch } }: SecurityEvidence) {
  // Why they cannot be read stands with the store.
  if (!isKnown) yield note('security-ledger', 'whether the ledgers are signed cannot be told');
  else if (hasKey && unsigned.length === 0) yield fine('security-ledger', 'the ledgers are signed');
  else if (hasKey)
    yield wrong(
      'security-ledger',
      `${listed(unsigned)}: not signed, so that no run believes it`,
      'Look at it first: keyturn history. If you believe it: keyturn ledger sign',
    );
  else if (isShared)
    yield warn(
      'security-ledger',
      'whoever can push the ledgers can forge them, since no key signs them',
      'Make a key (openssl rand -base64 32), set KEYTURN_LEDGER_KEY here and in CI, then: keyturn ledger sign',
    );
  else
    yield note(
      'security-ledger',
      'no key signs the ledgers, which are in a folder of this machine',
    );
  const fix = 'Protect it there: only the pipeline pushes to it, and nobody forces.';
  if (branch === 'protected')
    yield fine('security-branch', 'the branch of the ledgers is protected');
  else if (branch === 'open')
    yield warn(
      'security-branch',
      'the branch of the ledgers is not protected: who can push can rewrite it',
      fix,
    );
  else if (isShared)
    yield note(
      'security-branch',
      'whether the branch of the ledgers is protected cannot be read',
      fix,
    );
}

function* acting({ beyond, isPerson, isAgeless }: SecurityEvidence) {
  if (isAgeless)
    yield note(
      'security-age',
      'the token that keyturn acts with is older than 90 days, and nothing ends it by itself',
      'Let keyturn rotate it too, or make a new one with an end.',
    );
  if (isPerson)
    yield warn(
      'security-person',
      "keyturn acts with a person's login, which may do all that the person may",
      'Give it a service token of its own.',
    );
  if (beyond === undefined) return;
  if (beyond.length === 0)
    yield fine(
      'security-acting',
      'the token that keyturn acts with may do what it needs, and no more',
    );
  else
    yield warn(
      'security-acting',
      `the token that keyturn acts with may do more than it needs: ${listed(beyond)}`,
      'Take it away at the issuer, with another login: keyturn token ungrant',
    );
}

function* machine({ writable, runner, isUntrusted }: SecurityEvidence) {
  if (writable.length > 0)
    yield warn(
      'security-writable',
      `every user of this machine can write ${listed(writable)}`,
      `chmod o-w ${writable.join(' ')}`,
    );
  if (runner !== undefined)
    yield warn(
      'security-runner',
      `the runner may be shared with other jobs (${runner})`,
      'Run keyturn on a runner that is made for the job, and thrown away after it.',
    );
  if (isUntrusted)
    yield note(
      'security-untrusted',
      'the files here are not trusted: this is the pull request of a fork',
    );
}

function* pipelines({ pipelines: files }: SecurityEvidence) {
  for (const { file, weaknesses } of files) {
    if (weaknesses.length === 0) yield fine('security-pipeline', `${file} is pinned`);
    for (const { line, text, fix } of weaknesses)
      yield warn('security-pipeline', `${file}:${line}: ${text}`, fix);
  }
}
