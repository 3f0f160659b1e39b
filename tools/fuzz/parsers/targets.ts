import {
  formatTarget,
  parseDuration,
  parseGitRemote,
  parseTarget,
  printable,
  type Target,
} from '../../../packages/core/src/index.ts';
import { formatDuration } from '../../../packages/core/src/unstable.ts';
import { globMatcher } from '../../../packages/core/src/define/glob.ts';
import { newLabel } from '../../../packages/core/src/runner/run/label.ts';
import { checkTarget } from '../../../packages/host/src/adapters/target-module.ts';
import { splitLine } from '../../../packages/cli/src/completion/line.ts';
import { parseCircleciTarget } from '../../../packages/sink-circleci/src/target.ts';
import { projectOf as circleciProject } from '../../../packages/sink-circleci/src/remote.ts';
import { parseEnvTarget } from '../../../packages/sink-env/src/target.ts';
import { parseExecTarget } from '../../../packages/sink-exec/src/target.ts';
import { repositoryOf } from '../../../packages/sink-github/src/remote.ts';
import { parseGithubTarget } from '../../../packages/sink-github/src/target.ts';
import { projectOf as gitlabProject } from '../../../packages/sink-gitlab/src/remote.ts';
import { parseGitlabTarget } from '../../../packages/sink-gitlab/src/target.ts';
import { expect, ofTexts, type Parser } from '../parser.ts';

/** What must never come out of text that came in. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/u;

const targets = [
  'github:acme/web',
  'github:acme/web?environment=production&app=actions',
  'github:acme?visibility=selected&app=dependabot',
  'gitlab:acme/platform/infra?scope=review/*',
  'gitlab:acme?level=group',
  'gitlab:?level=instance',
  'gitlab:4217',
  'circleci:gh/acme/web',
  'circleci:gh/acme?context=deploy%20now',
  'circleci:circleci/6c2f1a9e-0b1d-4a53-9b7e-2f7f1b1d9c11/8f2f1a9e-0b1d-4a53-9b7e-2f7f1b1d9c22',
  'env:.env.local?format=shell',
  'exec:./put-secret.sh?args=a b&timeout=30s&env=A,B&check=1',
];

const readers: Readonly<Record<string, (target: Target) => unknown>> = {
  github: parseGithubTarget,
  gitlab: parseGitlabTarget,
  circleci: parseCircleciTarget,
  env: parseEnvTarget,
  exec: parseExecTarget,
};

const targetParser = ofTexts('targets', targets, (text) => {
  const target = parseTarget(text);
  expect(!UNSAFE.test(text.replaceAll(/\p{Cf}|\p{Zl}|\p{Zp}/gu, '')), 'a control character got in');
  const read = readers[target.kind];
  const parsed = read?.(target) as { id?: string } | undefined;
  if (parsed?.id === undefined) return;
  const again = read?.(parseTarget(parsed.id)) as { id: string };
  expect(again.id === parsed.id, `its canonical form ${parsed.id} becomes ${again.id}`);
  expect(
    !/(?:^|\/)\.\.?(?:\/|$|\?)/.test(
      parsed.id.slice(parsed.id.indexOf(':') + 1).replace(/\?.*/s, ''),
    ),
    'a path with dots got in',
  );
});

const formatted = ofTexts('formatted targets', ['production', 'a b&c=d', '100%'], (value) => {
  const text = formatTarget('github', 'acme/web', { environment: value });
  const back = parseTarget(text).query['environment'];
  expect(back === value, `${JSON.stringify(value)} comes back as ${JSON.stringify(back)}`);
});

const modules = ofTexts(
  'module targets',
  ['./sinks/vercel.ts:my-project?environment=production', '../a.mjs:x', 'C:\\a.js:b', ...targets],
  checkTarget,
);

const durations = ofTexts(
  'durations',
  ['90d', '1h30m', '2.5h', '0', '45s', '1w2d3h4m5s6ms'],
  (text) => {
    const milliseconds = parseDuration(text);
    expect(Number.isSafeInteger(milliseconds) && milliseconds >= 0, `it became ${milliseconds}`);
    formatDuration(milliseconds);
  },
);

const patterns = ['github:acme/*', 'acme/**/infra', '**', 'a*b*c*d', 'acme/web-*-x'];
const globs = ofTexts('patterns', patterns, (pattern, mutate) => {
  const matches = globMatcher(pattern);
  expect(matches(pattern), 'it does not match itself');
  matches(mutate.text(['acme/web', 'acme/a/b/infra', 'aXbXcXd']));
});

const remotes = ofTexts(
  'git remotes',
  [
    'https://github.com/acme/web.git',
    'git@github.com:acme/web.git',
    'ssh://git@gitlab.com:22/acme/platform/infra.git',
    'https://user:secret@gitlab.example.com/gitlab/acme/infra',
    'file:///srv/git/web.git',
  ],
  (address) => {
    const remote = parseGitRemote(address);
    const found = [
      repositoryOf(remote, 'https://api.github.com'),
      gitlabProject(remote, 'https://gitlab.example.com/gitlab'),
      circleciProject(remote),
    ];
    for (const text of found) if (text !== undefined) readTarget(text);
  },
);

/** What is inferred is a target like one that was written: it is refused, or read. */
function readTarget(text: string): void {
  const whole = text.includes(':') ? text : `github:${text}`;
  const target = parseTarget(whole);
  readers[target.kind]?.(target);
}

const labels = ofTexts(
  'labels',
  ['ci-github', 'acme/web', 'Ünïcode', ''],
  (rotation, { random }) => {
    const label = newLabel(rotation, Date.UTC(2026, 10, 24), random);
    expect(
      /^keyturn-[A-Za-z0-9-]{0,20}-\d{8}T\d{6}Z-[0-9a-z]{8}$/.test(label),
      `it became ${JSON.stringify(label)}`,
    );
  },
);

const shown = ofTexts(
  'shown text',
  ['a message of a server', '\u001B[31mred\u001B[0m', 'ab\u202Ecd'],
  (text) => {
    const clean = printable(text);
    expect(!UNSAFE.test(clean), 'something that is not to be shown is');
    expect(clean.length <= 501 * 7, 'it is too long');
  },
);

const lines = ofTexts(
  'completed lines',
  ['keyturn rotate --sink github:acme/w', `keyturn rotate 'ci git"`, 'rotate --org\\ x'],
  (line) => {
    expect(splitLine(line).words.length > 0, 'it has no word');
  },
);

export const targetParsers: readonly Parser[] = [
  targetParser,
  formatted,
  modules,
  durations,
  globs,
  remotes,
  labels,
  shown,
  lines,
];
