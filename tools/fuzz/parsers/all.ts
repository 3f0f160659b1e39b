import type { Parser } from '../parser.ts';
import { answerParsers } from './answers.ts';
import { configParsers } from './configs.ts';
import { envFileParsers } from './env-files.ts';
import { ledgerParsers } from './ledgers.ts';
import { targetParsers } from './targets.ts';

/** Everything that reads what comes from outside. */
export const parsers: readonly Parser[] = [
  ...targetParsers,
  ...envFileParsers,
  ...ledgerParsers,
  ...answerParsers,
  ...configParsers,
];
