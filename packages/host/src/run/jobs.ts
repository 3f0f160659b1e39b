import { jobsInvalid } from '../messages.ts';

/** How many rotations run at the same time. */
const DEFAULT_JOBS = 8;

/** More would only wait for each other: servers limit how many requests they take at the same time. */
const MOST_JOBS = 100;

/** @throws {KeyturnError} `USAGE_INVALID` */
export function parseJobs(written: string | undefined): number {
  if (written === undefined) return DEFAULT_JOBS;
  const jobs = /^\d{1,3}$/.test(written) ? Number(written) : 0;
  if (jobs < 1 || jobs > MOST_JOBS) throw jobsInvalid(written, MOST_JOBS);
  return jobs;
}
