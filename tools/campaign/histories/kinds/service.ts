import { serviceToken } from '../../credentials/all.ts';
import { admin } from '../admin.ts';
import type { Kind } from './kind.ts';

const ID = 'PLANETSCALE_SERVICE_TOKEN_ID';
const TOKEN = 'PLANETSCALE_SERVICE_TOKEN';
const blobs = {
  joined: 'PLANETSCALE_CREDENTIAL',
  file: 'PLANETSCALE_ENV',
  slot: 'PLANETSCALE_SLOT',
};

export const service: Kind = {
  credential: serviceToken,
  provider: 'planetscale',
  byHand: ['by-hand'],
  /** The usual ones, one field under another name, one under several, and everything under others. */
  namings: [
    { fields: { id: [ID], token: [TOKEN] }, ...blobs },
    { fields: { id: ['PLANETSCALE_SERVICE_TOKEN_NAME'], token: [TOKEN] }, ...blobs },
    { fields: { id: [ID, 'PLANETSCALE_SERVICE_TOKEN_NAME'], token: [TOKEN] }, ...blobs },
    { fields: { id: [ID], token: [TOKEN, 'PSCALE_TOKEN'] }, ...blobs },
    {
      fields: { id: ['PSCALE_TOKEN_NAME'], token: ['PSCALE_TOKEN'] },
      joined: 'PSCALE_CREDENTIAL',
      file: 'PSCALE_ENV',
      slot: 'PSCALE_SLOT',
    },
  ],
  fieldsInFile: { id: ID, token: TOKEN },
  otherAccount: { org: 'other' },
  others: [],
  async make(sandbox) {
    const tokens = serviceToken.tokens(sandbox);
    const accesses = tokens.find(({ label }) => label === serviceToken.old)?.permissions;
    const create = { provider: 'planetscale', op: 'create', name: 'by-hand', accesses };
    const [made] = await admin(sandbox, [create]);
    return made?.id ?? '';
  },
  // They are made after the first token, as they always were: ids are random, and a seed makes the same ones.
  crowd: (world) => world,
};
