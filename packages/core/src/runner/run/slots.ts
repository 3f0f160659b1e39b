import { KeyturnError } from '../../contracts/errors.ts';
import type { Layout } from '../../layout/layout.ts';
import type { SecretSink } from '../../contracts/sink.ts';

/** The sink as a layout is delivered to it. One that does not know the layout refuses every call, the check first. */
export function sinkFor(layout: Layout, sink: SecretSink): SecretSink {
  if (layout.kind !== 'slots') return sink;
  const refuse = (): Promise<never> =>
    Promise.reject(
      new KeyturnError('CONFIG_INVALID', `${sink.id} cannot hold the layout slots`, {
        hint: 'Choose joined or file: slots needs a variable that jobs read beside the secrets, as GitHub Actions has it.',
        effect: 'none',
      }),
    );
  const { specVersion, kind, id, supports, limits } = sink;
  return (
    sink.slots?.(layout.slot) ?? {
      specVersion,
      kind,
      id,
      supports,
      limits,
      check: refuse,
      deliver: refuse,
      confirm: refuse,
    }
  );
}
