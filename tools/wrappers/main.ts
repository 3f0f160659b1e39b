// Writes the CI wrappers: the packages of this release into action.yml and Containerfile, the component for GitLab, the orb for CircleCI.
//
//   node --conditions=@keyturn/source tools/wrappers/main.ts            writes
//   node --conditions=@keyturn/source tools/wrappers/main.ts --check    ends with 1 if something would be written
import { keepUpToDate } from '../up-to-date.ts';
import { circleciOrb } from './circleci.ts';
import { gitlabComponent } from './gitlab.ts';
import { allPackages, defaultPackages } from './script.ts';

await keepUpToDate({
  'action.yml': (current) =>
    current.replace(/default: '@keyturn\/cli@[^']*'/, `default: '${defaultPackages()}'`),
  Containerfile: (current) =>
    current.replace(/^ARG KEYTURN_PACKAGES=.*$/m, `ARG KEYTURN_PACKAGES="${allPackages()}"`),
  'templates/rotate.yml': gitlabComponent,
  'orb/orb.yml': circleciOrb,
});
