#!/usr/bin/env node
// oxlint-disable-next-line import/no-unassigned-import -- it starts the program
import '@keyturn/cli/bin/keyturn.js';
