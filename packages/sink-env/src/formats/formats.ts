import { dockerFormat } from './docker.ts';
import { dotenvFormat } from './dotenv.ts';
import { shellFormat } from './shell.ts';
import { systemdFormat } from './systemd.ts';

export const formats = {
  dotenv: dotenvFormat,
  shell: shellFormat,
  docker: dockerFormat,
  systemd: systemdFormat,
} as const;
export type FormatName = keyof typeof formats;
