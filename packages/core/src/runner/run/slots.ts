import { layoutUnsupported } from '../../messages.ts';
import type { Layout } from '../../layout/layout.ts';
import type { SecretSink } from '../../contracts/sink.ts';

/** The sink as a layout is delivered to it. One that does not know the layout refuses every call, the check first. */
export function sinkFor(layout: Layout, sink: SecretSink): SecretSink {
  if (layout.kind !== 'slots') return sink;
  const refuse = (): Promise<never> => Promise.reject(layoutUnsupported(sink.id));
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
