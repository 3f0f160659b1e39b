import type { Provider } from '../provider.ts';
import { respond } from './actions.ts';
import { change } from './change.ts';
import { closeState, openState, type AwsState } from './state.ts';
import { useKey } from './use.ts';

export const aws: Provider = {
  name: 'aws',
  open(world, runtime) {
    const state = openState(world.aws ?? {}, runtime);
    return {
      answer: (call) => respond(call, state),
      uses: { 'aws-iam': useKey(state) },
      state: () => closeState(state),
      env: (url) => ({
        AWS_ENDPOINT_URL_IAM: url,
        AWS_ENDPOINT_URL_STS: url,
        AWS_REGION: state.region,
        ...adminOf(state),
      }),
      change: (given) => change(given, state),
    };
  },
};

/** The first key that may create others. */
function adminOf({ users }: AwsState): Record<string, string> {
  for (const { allows, keys } of users.values())
    if (allows.includes('iam:*') || allows.includes('iam:CreateAccessKey'))
      for (const { accessKeyId, secretAccessKey, status, revokedAt } of keys)
        if (status === 'Active' && revokedAt === null)
          return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return {};
}
