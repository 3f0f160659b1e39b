import { readdir } from 'node:fs/promises';

/** `.env`, `.env.local`, `docker.env`, `.envrc` and `.envrc.local`; not the samples, which contain no secrets and are shared. */
const ENV_FILE = /^(?:\.env(?:\..+)?|.+\.env|\.envrc(?:\..+)?)$/;
const SAMPLE = /(?:^|\.)(?:example|sample|template|dist|defaults?)(?:\.|$)/i;

/** The names of the env files in a folder, sorted. */
export async function envFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && ENV_FILE.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => !SAMPLE.test(name))
    .toSorted();
}
