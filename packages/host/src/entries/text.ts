/** Words that the command line and other front ends share. Not stable: it may change in any version. */
export { about, because, count, listed, readableTime, roughly } from '../text/words.ts';
