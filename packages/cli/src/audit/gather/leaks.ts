import { printable, type LeakForm } from '@keyturn/core';

import type { Host } from '../../host.ts';
import {
  auditInterrupted,
  FILES,
  gitGaps,
  HISTORY,
  HISTORY_TOO_LONG,
  REPOSITORY,
} from '../../messages-of-checks.ts';
import type { Gap, Leak } from '../evidence.ts';
import { gitText, git, type GitBounds, type GitEnd } from './git.ts';
import { logReader, readGrep, type Place, type Written } from './git-output.ts';
import { searchPattern, withoutTokens, type Known } from './secret-like.ts';

const MIB = 1024 * 1024;
const MOST_COMMITS = 1000;

/** Ledgers contain many ids and digests, but no secrets. */
const OWN = ':(exclude,top).keyturn';

/**
 * Searches for tokens in the files of the repository (including those that are neither tracked nor ignored) and in its whole
 * history, with git and within limits. Findings contain the place of a secret, never its value.
 */
export async function findLeaks(
  host: Host,
  known: Known,
  exclude: readonly string[],
): Promise<{ leaks: Leak[]; gaps: Gap[]; isSearched: boolean }> {
  const about = await aboutRepository(host);
  const [root = '', shallow] = about.text.split('\n');
  if (about.end !== 0)
    return { leaks: [], gaps: [gapOf(about.end, REPOSITORY)], isSearched: false };

  const bounds = {
    env: host.env,
    directory: root,
    signal: host.signal,
    milliseconds: 60_000,
    maxCharacters: 64 * MIB,
  };
  const pattern = searchPattern(known);
  if (pattern === '') return { leaks: [], gaps: [], isSearched: true };
  const paths = ['--', '.', OWN, ...exclude.map((path) => `:(exclude,top)${path}`)];
  const files = await searchFiles(pattern, known, paths, bounds);
  const history = await searchHistory(pattern, known, paths, bounds);
  const gaps = [...files.gaps, ...history.gaps];
  const isSearched = files.gaps.length === 0 || history.gaps.length === 0;
  if (shallow === 'true')
    gaps.push({
      source: 'git',
      subject: HISTORY,
      ...gitGaps.shallow,
    });
  return { leaks: merge(files.places, history.written, known.forms), gaps, isSearched };
}

/** The root of the repository's work tree; undefined if there is none. */
export async function repositoryRoot(host: Host): Promise<string | undefined> {
  const { end, text } = await aboutRepository(host);
  return end === 0 ? text.split('\n')[0] : undefined;
}

function aboutRepository({ env, directory, signal }: Host): Promise<{ end: GitEnd; text: string }> {
  return gitText(['rev-parse', '--show-toplevel', '--is-shallow-repository'], {
    env,
    directory,
    signal,
    milliseconds: 10_000,
    maxCharacters: MIB,
  });
}

async function searchFiles(
  pattern: string,
  known: Known,
  paths: readonly string[],
  bounds: GitBounds,
): Promise<{ places: Place[]; gaps: Gap[] }> {
  const options = ['-z', '-n', '-I', '-C1', '--no-color', '--untracked', '--exclude-standard'];
  const { end, text } = await gitText(['grep', ...options, '-E', '-e', pattern, ...paths], bounds);
  // 1 means that nothing was found.
  return {
    places: readGrep(text, known),
    gaps: end === 0 || end === 1 ? [] : [gapOf(end, FILES)],
  };
}

async function searchHistory(
  pattern: string,
  known: Known,
  paths: readonly string[],
  bounds: GitBounds,
): Promise<{ written: Written[]; gaps: Gap[] }> {
  const written: Written[] = [];
  const reader = logReader(known, (one) => void written.push(one));
  const options = ['-p', '-U1', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames'];
  const search = ['--all', '-E', `-G${pattern}`, `--max-count=${MOST_COMMITS}`];
  const command = ['log', ...search, ...options, '--format=%x00%H', ...paths];
  const end = await git(command, bounds, reader.take);
  const { commits } = reader.end();
  if (end !== 0) return { written, gaps: [gapOf(end, HISTORY)] };
  const gaps: Gap[] =
    commits < MOST_COMMITS ? [] : [{ source: 'git', subject: HISTORY, reason: HISTORY_TOO_LONG }];
  return { written, gaps };
}

/** Reports each secret once for each current place, otherwise by the commit that first wrote it. */
function merge(
  places: readonly Place[],
  written: readonly Written[],
  forms: readonly LeakForm[],
): Leak[] {
  const leakOf = leaksWith(forms);
  const first = new Map<string, Written>();
  // The log begins with the latest commit.
  for (const one of written) first.set(one.hash, one);
  const standing = new Set(places.map(({ hash }) => hash));
  const gone = [...first.values()].filter(({ hash }) => !standing.has(hash));
  return [
    ...places.map((place) => leakOf(place, place.line, first.get(place.hash)?.commit)),
    ...gone.map((one) => leakOf(one, undefined, one.commit)),
  ];
}

const leaksWith =
  (forms: readonly LeakForm[]) =>
  (
    { file, token, isToken }: Place | Written,
    line: number | undefined,
    commit: string | undefined,
  ): Leak => ({
    file: printable(withoutTokens(file, forms)),
    isToken,
    ...(line !== undefined && { line }),
    ...(token !== undefined && { token }),
    ...(commit !== undefined && { commit: commit.slice(0, 12) }),
  });

function gapOf(end: GitEnd, subject: string): Gap {
  if (end === 'interrupted') throw auditInterrupted();
  const why = typeof end === 'number' ? gitGaps.failed : gitGaps[end];
  return { source: 'git', subject, ...why };
}
