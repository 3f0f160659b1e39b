#!/usr/bin/env node
// Stores what it is given in store.json of its folder, and notes each run in `runs`; the file `mode` there makes it fail.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const verb = process.argv.at(-1);
const mode = existsSync('mode') ? readFileSync('mode', 'utf8') : '';
const say = (text) => process.stderr.write(`${text}\n`);

appendFileSync('runs', `${verb}\n`);
if (mode === 'stall') {
  // A grandchild, as a shell script has them.
  const { pid } = spawn('sleep', ['600'], { stdio: 'inherit' });
  writeFileSync('grandchild', String(pid));
  setInterval(() => {}, 1000);
} else {
  const document = JSON.parse(readFileSync(0, 'utf8'));
  if (mode === 'deny') {
    process.stdout.write('nothing stored\n');
    say('not allowed');
    process.exitCode = 77;
  } else if (verb === 'deliver') {
    const store = JSON.parse(readFileSync('store.json', 'utf8'));
    for (const { name, value } of document.entries) store[name] = value;
    writeFileSync('store.json', JSON.stringify(store));
    const seen = { argv: process.argv.slice(2), env: process.env, version: document.version };
    writeFileSync('seen.json', JSON.stringify(seen));
    if (mode === 'leak') say(`stored ${document.entries.at(-1).value}, then it broke`);
    if (mode === 'lose') rmSync('mode');
    process.exitCode = mode === '' ? 0 : Number(mode) || 1;
  }
}
