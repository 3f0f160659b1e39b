'use strict';
// Installs the pinned dependencies when the lock file changed, and builds when asked to (`build`).
// Plain CommonJS without dependencies: it runs on any Node that ships npm.
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..');
const { packageManager } = require('../package.json');
const windows = process.platform === 'win32';

function run(command, args) {
  const result = spawnSync(windows ? `${command}.cmd` : command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
  });
  if (result.status !== 0) process.exit(result.status === null ? 1 : result.status);
}

const wanted = createHash('sha256')
  .update(packageManager)
  .update(readFileSync(path.join(root, 'pnpm-lock.yaml')))
  .digest('hex');
const stamp = path.join(root, 'node_modules', '.setup-stamp');
const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (present !== wanted) {
  run('npx', ['-y', '--prefer-offline', packageManager, 'install', '--frozen-lockfile']);
  writeFileSync(stamp, wanted);
}
if (process.argv[2] === 'build')
  run('npx', [
    '--no-install',
    'nx',
    'run-many',
    '-t',
    'build',
    '--outputStyle=static-failures-only',
  ]);
