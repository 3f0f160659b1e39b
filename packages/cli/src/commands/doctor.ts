import { parseDuration } from '@keyturn/core';

import { examine } from '../doctor/examine.ts';
import { gather } from '../doctor/gather/gather.ts';
import type { GatherFlags } from '../doctor/gather/flags.ts';
import { diagnosesText } from '../doctor/text.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { documentText } from '../output/json.ts';

export interface DoctorFlags extends GatherFlags {
  readonly timeout?: string;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT = '20s';

/** `keyturn doctor`: checks everything that a rotation needs, and reports what is wrong and how to fix it. Changes nothing. */
export async function doctorCommand(flags: DoctorFlags, host: Host): Promise<ExitCode> {
  const timeout = Math.max(1_000, parseDuration(flags.timeout ?? DEFAULT_TIMEOUT));
  const diagnoses = examine(await gather(flags, timeout, host));
  const healthy = diagnoses.every(({ severity }) => severity !== 'problem');
  host.stdout.write(
    flags.json === true
      ? documentText({ healthy, diagnoses })
      : `${diagnosesText(diagnoses, host.stdout)}\n`,
  );
  return healthy ? exitCodes.done : exitCodes.attention;
}
