import type { ErrorCode } from '../contracts/errors.ts';
import type { Permissions, TokenRef } from '../contracts/issuer.ts';
import type { Stamps } from '../contracts/runtime.ts';
import type { Receipt } from '../contracts/sink.ts';
import type { IssuerIdentity, SinkPlace } from './place.ts';
import type { Summary } from './state.ts';

/**
 * What can happen to a rotation, as it stands in the ledger. Nothing here is secret.
 *
 * Events named in the progressive (`sending`, `revoking`) and `started` announce an effect and are durable before it is
 * asked for; the others record what came of it.
 */
export type RotationEvent =
  /** The ledger, or a new chapter of it, begins with what is carried over. */
  | {
      readonly type: 'opened';
      readonly rotation: string;
      readonly summary: Summary;
      /** The rotation whose ledger this one goes on with, under another name. */
      readonly from?: string;
    }
  /** The user named the token in use; every sink listed may hold it, those with the suffix `#elsewhere` near their target. */
  | {
      readonly type: 'adopted';
      readonly token: TokenRef;
      readonly sinks: readonly string[];
      readonly permissions: Permissions;
      /** Which thing each of the sinks is, as far as it is known, by id. */
      readonly places?: Readonly<Record<string, SinkPlace>>;
    }
  /** A token is about to be asked for under this label. */
  | {
      readonly type: 'started';
      readonly label: string;
      readonly reason: string;
      /** The tokens that existed right before, if the issuer finds them only by what is new. */
      readonly known?: readonly string[];
    }
  | { readonly type: 'issued'; readonly label: string; readonly token: TokenRef }
  /** The issuer refused to create a token: nothing was created. */
  | { readonly type: 'declined'; readonly label: string; readonly code: ErrorCode }
  /** The plaintext of the token under way is gone, with its process or with a lost answer. */
  | { readonly type: 'lost'; readonly label: string; readonly reason: string }
  /** A token turned up under the label of a lost attempt. Its plaintext never arrived. */
  | { readonly type: 'found'; readonly label: string; readonly token: TokenRef }
  /** No token turned up under the label after the settle time: none was created. */
  | { readonly type: 'absent'; readonly label: string }
  | { readonly type: 'granted'; readonly token: string; readonly permissions: Permissions }
  /** The fresh token cannot be used: it could not be granted, or did not work. */
  | { readonly type: 'rejected'; readonly token: string; readonly code: ErrorCode }
  | { readonly type: 'verified'; readonly token: string }
  /** The token is about to be written to the sink: from now on it may be there. */
  | {
      readonly type: 'sending';
      readonly token: string;
      readonly sink: string;
      /** Which thing is written to. */
      readonly place?: SinkPlace;
      /** What the sink's own clock showed before. */
      readonly clock?: string;
      /** Jobs read it only after the next deployment. */
      readonly deploys?: true;
    }
  | {
      readonly type: 'delivered';
      readonly token: string;
      readonly sink: string;
      readonly receipt: Receipt;
    }
  /** The stamps of the last delivery, which its answer did not show. */
  | {
      readonly type: 'stamped';
      readonly token: string;
      readonly sink: string;
      readonly stamps: Stamps;
    }
  /** The write failed: certainly without effect, or possibly with one. */
  | {
      readonly type: 'undelivered';
      readonly token: string;
      readonly sink: string;
      readonly effect: 'none' | 'unknown';
      readonly code: ErrorCode;
    }
  /** After the settle time the sink shows this token: no earlier write can land any more. */
  | { readonly type: 'settled'; readonly sink: string; readonly token: string }
  /** The configuration means another place by this target, so what is known is of a sink that left it, under a key of its own. */
  | {
      readonly type: 'moved';
      readonly sink: string;
      readonly to: string;
      /** Writes that are under way to the old place may land on names of the new one. */
      readonly overlaps?: boolean;
    }
  /** Whose tokens these are and which things the sinks are, in a ledger that did not know it. */
  | {
      readonly type: 'identified';
      readonly issuer: IssuerIdentity;
      readonly places: Readonly<Record<string, SinkPlace>>;
    }
  /** The configuration writes something else to the same names: the sink is out of step, whatever it holds. */
  | { readonly type: 'outdated'; readonly sink: string; readonly place: SinkPlace }
  /** A look at the sink: it shows the last delivery, or somebody else wrote there or removed it. Told if it changed. */
  | {
      readonly type: 'looked';
      readonly sink: string;
      readonly shows: 'same' | 'different' | 'absent';
    }
  /** The token in use does not work any more, since it is gone or `disabled`; or it does again. */
  | {
      readonly type: 'missed';
      readonly token: string;
      readonly missing: boolean;
      readonly disabled?: true;
    }
  /** The sink shows something else than the token that was delivered to it. */
  | { readonly type: 'drifted'; readonly sink: string; readonly holds: readonly string[] }
  /** Every selected sink has the token: it is the current one now. */
  | { readonly type: 'completed'; readonly token: string }
  /** A job that the sink's CI ran with the token ended well, or it did not. */
  | { readonly type: 'tried'; readonly sink: string; readonly token: string; readonly ok: boolean }
  /** The user says that the token leaked: it is to be revoked although sinks may hold it. */
  | { readonly type: 'condemned'; readonly token: string }
  /** The sink was deployed, so that jobs read what it holds, and nothing from before. */
  | { readonly type: 'deployed'; readonly sink: string }
  /** A replaced token stops working, until it is enabled or revoked. */
  | { readonly type: 'disabling'; readonly token: string }
  | { readonly type: 'disabled'; readonly token: string }
  /** The user wants a disabled token back: its grace begins again. */
  | { readonly type: 'enabling'; readonly token: string }
  | { readonly type: 'revoking'; readonly token: string }
  | { readonly type: 'revoked'; readonly token: string }
  /** Nothing is left to do for this rotation. */
  | { readonly type: 'finished' }
  /** The user gave up the token under way. */
  | { readonly type: 'aborted'; readonly label: string }
  /** Another rotation goes on with everything that is known here. */
  | { readonly type: 'handed-over'; readonly to: string }
  /** The user vouches that the sink holds no token of this rotation. */
  | { readonly type: 'forgotten'; readonly sink: string };

export type EventType = RotationEvent['type'];
