import type { IssuerSetting, LeakForm } from '@keyturn/core';

import { NAME } from './option-entries.ts';

/** Whose branch it is. */
export const settings: readonly IssuerSetting[] = [
  { option: 'database', title: 'the database at PlanetScale', valid: NAME },
  { option: 'branch', title: 'the branch of the database', valid: NAME, usual: 'main' },
];

/** The passwords of branches and of roles look alike. docs: Postgres, connecting. */
export const leaks: readonly LeakForm[] = [
  { prefix: 'pscale_pw_', pattern: 'pscale_pw_[A-Za-z0-9_=.-]{16,}' },
];
