/** The status of rotations, for the command line. Not stable: it can change in any version. */
export { rotationStatus } from '../status/rotation-status.ts';
export type { RotationStatus } from '../status/rotation-status.ts';
export { isAtLeast, severities } from '../status/finding.ts';
export type { Finding, NotChecked, Severity } from '../status/finding.ts';
export { levelOf, needsAttention } from '../status/findings.ts';
export { readStandings, unreadable } from '../status/read.ts';
export type { Standing } from '../status/read.ts';
export { hasAlready } from '../status/rules/sinks.ts';
export type { SinkStatus } from '../status/sink-status.ts';
export type { FormerSink } from '../status/former.ts';
