import { type Reader, withoutOwn } from '../reader.ts';
import { readAsDocker } from '../rules/docker.ts';
import { readAsSystemd } from '../rules/systemd.ts';

/** Docker's rules, which need no Docker. */
export const dockerRules: Reader = {
  name: 'docker (rules)',
  exports: 'unknown',
  read: async (text) => reading(readAsDocker(Buffer.from(text, 'latin1'))),
};

/** The rules of `EnvironmentFile=`, which need no systemd. */
export const systemdRules: Reader = {
  name: 'systemd (rules)',
  exports: 'unknown',
  read: async (text) => reading(readAsSystemd(text)),
};

function reading(values: ReadonlyMap<string, string> | undefined) {
  return { values: values === undefined ? undefined : withoutOwn(values), complaint: '' };
}
