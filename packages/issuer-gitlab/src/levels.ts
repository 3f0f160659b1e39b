/** The roles of tokens by GitLab's number; docs: «Project access tokens API», access_level. */
const NUMBERS = {
  guest: 10,
  planner: 15,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const;

export type Level = keyof typeof NUMBERS;

export const LEVELS = Object.keys(NUMBERS) as [Level, ...Level[]];

export const MAINTAINER = NUMBERS.maintainer;

/** A role as permissions name it. One that is newer than this package keeps its number. */
export function nameOfLevel(number: number): string {
  return LEVELS.find((level) => NUMBERS[level] === number) ?? String(number);
}

/** Undefined for a name that is neither a role nor a number. */
export function numberOfLevel(name: string): number | undefined {
  if (/^[1-9]\d?$/.test(name)) return Number(name);
  return LEVELS.includes(name as Level) ? NUMBERS[name as Level] : undefined;
}
