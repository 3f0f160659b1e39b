import { dotenvFiles } from './dotenv.ts';
import type { EnvText } from './file.ts';
import { dockerFiles, shellFiles } from './others.ts';
import { systemdFiles } from './systemd.ts';

export const allFiles: readonly EnvText[] = [
  ...dotenvFiles,
  ...shellFiles,
  ...dockerFiles,
  ...systemdFiles,
];
