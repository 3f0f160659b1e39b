import type sodiumModule from 'libsodium-wrappers';

type Sodium = typeof sodiumModule;

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

let loading: Promise<Sodium> | undefined;

/** Loads libsodium when the first key is needed: it takes longer than everything else here. */
function load(): Promise<Sodium> {
  loading ??= import('libsodium-wrappers').then(async ({ default: sodium }) => {
    await sodium.ready;
    return sodium;
  });
  return loading;
}

export async function makeKeyPair(): Promise<KeyPair> {
  return (await load()).crypto_box_keypair();
}

/** Opens a sealed box; undefined where it was not sealed for this key. */
export async function openBox(base64: string, keys: KeyPair): Promise<string | undefined> {
  const sodium = await load();
  try {
    const opened = sodium.crypto_box_seal_open(
      Buffer.from(base64, 'base64'),
      keys.publicKey,
      keys.privateKey,
    );
    return Buffer.from(opened).toString('utf8');
  } catch {
    return undefined;
  }
}
