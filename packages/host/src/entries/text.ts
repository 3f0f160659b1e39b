/** Words that the command line and other front ends share. Not stable: it can change in any version. */
export { because } from '../messages.ts';
export { about, count, listed, readableTime, roughly } from '../text/words.ts';
