import { dockerFormat } from './docker.ts';
import { dotenvFormat } from './dotenv.ts';
import { shellFormat } from './shell.ts';

export const formats = { dotenv: dotenvFormat, shell: shellFormat, docker: dockerFormat } as const;
export type FormatName = keyof typeof formats;
