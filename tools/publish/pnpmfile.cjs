'use strict';
// What users get has nothing of the workspace in it: no scripts and tasks that cannot run there, no dependencies of tests.
const OURS = ['nx', 'scripts', 'devDependencies'];

module.exports = {
  hooks: {
    beforePacking: (manifest) =>
      Object.fromEntries(Object.entries(manifest).filter(([key]) => !OURS.includes(key))),
  },
};
