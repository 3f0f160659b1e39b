import type { Row } from '../row.ts';
import { OLD } from '../world.ts';

const call = { signal: new AbortController().signal };

type Rest = readonly [method: string, request: string, path: RegExp, purpose: Row['purpose']];

/** A request with which a job is started that uses the new token, and its end is waited for. */
function row(target: string, [method, request, path, purpose]: Rest): Row {
  return {
    provider: target.split(':')[0] as Row['provider'],
    request: `${method} ${request}, for a canary`,
    purpose,
    aim: { method, path },
    sinks: [target],
    call: (trial, aims) =>
      trial.with(aims, async ({ sinks }) => {
        const result = await sinks[0]?.trial?.({ token: OLD, mark: 'mark', timeout: 60_000 }, call);
        return result?.ok === true ? 'succeeds' : 'the job failed';
      }),
  };
}

const github = (...rest: Rest): Row => row('github:acme/web', rest);
const gitlab = (...rest: Rest): Row => row('gitlab:acme/infra', rest);
const circleci = (...rest: Rest): Row => row('circleci:gh/acme/web', rest);

/** Every request of a canary. */
export const canaryRows: readonly Row[] = [
  github('GET', '/repos/acme/web', /^\/repos\/acme\/web$/, 'read'),
  github('POST', '/repos/acme/web/actions/workflows/{file}/dispatches', /dispatches$/, 'change'),
  github('GET', '/repos/acme/web/actions/workflows/{file}/runs', /\/runs\?/, 'read'),
  gitlab('GET', '/projects/{id}', /\/projects\/acme%2Finfra$/, 'read'),
  gitlab('POST', '/projects/{id}/pipeline', /\/pipeline$/, 'change'),
  gitlab('GET', '/projects/{id}/pipelines/{id}/jobs', /\/jobs\?/, 'read'),
  circleci('GET', '/project/gh/acme/web', /\/project\/gh\/acme\/web$/, 'read'),
  circleci('POST', '/project/gh/acme/web/pipeline', /\/pipeline$/, 'change'),
  circleci('GET', '/pipeline/{id}/workflow', /\/workflow$/, 'read'),
];
