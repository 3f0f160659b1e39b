'use strict';
// Builds the package in this folder before it is packed: an unbuilt one would pack without its code.
// Plain CommonJS without dependencies, since packing can be the first thing that happens in a checkout.
const { readFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..');
const { name } = JSON.parse(readFileSync(path.join(process.cwd(), 'package.json'), 'utf8'));
const windows = process.platform === 'win32';

function run(command, args) {
  // What npm and pnpm print about a package is read by programs.
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (status !== 0) process.exit(status === null ? 1 : status);
}

run(process.execPath, ['tools/ensure.cjs']);
run(windows ? 'npx.cmd' : 'npx', [
  '--no-install',
  'nx',
  'run',
  `${name}:build`,
  '--outputStyle=static-failures-only',
]);
