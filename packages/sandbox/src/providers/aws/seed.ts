import { daysBefore, hexadecimal, plaintext } from '../../plaintext.ts';
import { seededKey } from '../s3/seed.ts';
import type { AwsWorld } from './world.ts';

/** A user `ci` with one key, and an administrator of users, whose key is also that of the bucket. */
export function awsSeed(now: number): AwsWorld {
  return {
    account: '417203958164',
    region: 'us-east-1',
    users: {
      admin: {
        userId: 'AIDAACMEADMIN0000001',
        createdAt: daysBefore(now, 400),
        allows: ['iam:*'],
        accessKeys: [
          { ...seededKey, createdAt: daysBefore(now, 300), lastUsedAt: daysBefore(now, 1) },
        ],
      },
      ci: {
        userId: 'AIDAACMECI0000000001',
        createdAt: daysBefore(now, 400),
        accessKeys: [
          {
            accessKeyId: `AKIA${hexadecimal('aws ci', 16).toUpperCase()}`,
            secretAccessKey: plaintext('aws ci').slice(0, 40),
            createdAt: daysBefore(now, 120),
            lastUsedAt: daysBefore(now, 1),
            lastUsedService: 's3',
            lastUsedRegion: 'us-east-1',
          },
        ],
      },
    },
  };
}
