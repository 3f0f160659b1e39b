// The built program against the sandbox's servers. `npm run campaign` kills runs at each of their places and at random instants
// (fewer with `-- --kills 60`), a quarter of them with other credentials than service tokens (`--issuer aws-iam,gitlab-token` for some alone), with the ledgers in a store with `--store git`, and with the disk lost after every kill with `--lost`;
// `npm run campaign -- --histories 200` plays random histories, half of them with service tokens;
// `--jobs 10` lets jobs read and use credentials without a pause while these are rotated. The seed that either prints
// replays it with --seed, and with --issuer if that was given.
import { parseArgs } from 'node:util';

import { all, credentialOf } from './credentials/all.ts';
import { histories } from './histories/campaign.ts';
import { jobCampaign } from './jobs.ts';
import { killCampaign } from './kills.ts';
import { storeNames } from './world.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    store: { type: 'string' },
    issuer: { type: 'string' },
    lost: { type: 'boolean', default: false },
    histories: { type: 'string' },
    jobs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    operations: { type: 'string' },
    only: { type: 'string' },
    shrinking: { type: 'string', default: '30' },
    verbose: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const print = (text: string): void => void process.stdout.write(text);
const isOther = values.histories !== undefined || values.jobs !== undefined;
const { kills = isOther ? '0' : '1000' } = values;
const store = storeNames.find((name) => name === values.store);
if (values.store !== undefined && store === undefined)
  throw new Error(`--store: ${storeNames.join(', ')}`);
if (values.lost && store === undefined) throw new Error('--lost needs a --store that survives it');

const credentials = values.issuer?.split(',').map(credentialOf) ?? all;
const setup = { store, lost: values.lost, credentials };
if (Number(kills) > 0 && !(await killCampaign(Number(kills), seed, setup, print)))
  process.exitCode = 1;
if (
  values.jobs !== undefined &&
  !(await jobCampaign(Number(values.jobs), seed, credentials, print))
)
  process.exitCode = 1;
if (values.histories !== undefined) {
  const wanted = {
    histories: Number(values.histories),
    seed,
    issuers: credentials.map(({ kind }) => kind),
    operations: values.operations === undefined ? undefined : Number(values.operations),
    only: values.only?.split(',').map(Number),
    shrinking: Number(values.shrinking),
    verbose: values.verbose,
  };
  if (!(await histories(wanted, print))) process.exitCode = 1;
}
