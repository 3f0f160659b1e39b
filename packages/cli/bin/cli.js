#!/usr/bin/env node
// `npx @keyturn/cli` looks for a program of this name, since there is more than one.
import start from './start.js';

start('keyturn');
