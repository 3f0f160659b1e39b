import { KeyturnError } from '../../errors.ts';
import { holdersByToken } from '../../ledger/state.ts';
import type { Run } from '../run.ts';

/** From here on these tokens are to die, whoever holds them: the user accepted the outage. */
export async function condemn(run: Run, tokens: readonly string[]): Promise<void> {
  const { ledger, request, issuer } = run;
  const acting = issuer.actingToken?.();
  if (acting !== undefined && tokens.includes(acting)) {
    run.fail(
      new KeyturnError(
        'TOKEN_IN_USE',
        `${issuer.id}: token ${acting} cannot be revoked first, since keyturn acts with it`,
        {
          hint: 'Leave out --revoke-first, or act with other credentials.',
          effect: 'none',
        },
      ),
    );
    run.remember({ gaveUp: true });
    return;
  }
  const held = holdersByToken(ledger.state);
  for (const token of tokens) {
    const sinks = held.get(token) ?? [];
    if (sinks.length > 0)
      run.warnings.add(
        `${request.name}: token ${token} was revoked first: jobs of ${sinks.join(', ')} failed until they had the new one`,
      );
  }
  await ledger.append(...tokens.map((token) => ({ type: 'condemned', token }) as const));
}
