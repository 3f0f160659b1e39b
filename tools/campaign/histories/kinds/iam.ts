import { accessKey } from '../../credentials/others.ts';
import { admin } from '../admin.ts';
import type { Kind } from './kind.ts';

const ID = 'CI_AWS_ACCESS_KEY_ID';
const SECRET = 'CI_AWS_SECRET_ACCESS_KEY';
const blobs = { file: 'AWS_ENV', slot: 'AWS_SLOT' };

export const iam: Kind = {
  credential: accessKey,
  provider: 'aws',
  byHand: [],
  namings: [
    { fields: { accessKeyId: [ID], secretAccessKey: [SECRET] }, ...blobs },
    { fields: { accessKeyId: ['DEPLOY_KEY_ID'], secretAccessKey: [SECRET] }, ...blobs },
    { fields: { accessKeyId: [ID, 'DEPLOY_KEY_ID'], secretAccessKey: [SECRET] }, ...blobs },
    {
      fields: { accessKeyId: ['DEPLOY_ID'], secretAccessKey: ['DEPLOY_SECRET'] },
      file: 'DEPLOY_ENV',
      slot: 'DEPLOY_SLOT',
    },
  ],
  fieldsInFile: { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' },
  otherAccount: { account: '999999999999' },
  policy: { pause: '300ms' },
  others: [
    'foreign disable',
    'foreign disable',
    'foreign enable',
    'enable',
    'enable',
    'another is made',
    'another is made',
    'another is deleted',
  ],
  async make(sandbox) {
    const [made] = await admin(sandbox, [{ provider: 'aws', op: 'create', name: 'ci' }]);
    return made?.id ?? '';
  },
  // Two are all that there may be.
  crowd: (world) => world,
};
