import type { BlobStore } from "../../ports.ts";
import { sendableSyntaxes } from "../archive/stored-data-set.ts";
import type { RetrievableInstance } from "../postgres/retrieve-queries.ts";
import { type Caller, type Destination, openAssociation } from "./open-association.ts";
import type { Proposal, RequestedAssociation } from "./requested-association.ts";
import { type SendRequest, type SendResult, sendInstance } from "./send-instance.ts";

/** Who asked for it with C-MOVE (PS3.7 §9.3.1.1). */
export interface MoveOriginator {
  readonly aeTitle: string;
  readonly messageId: number;
}

export interface StoreScu {
  /**
   * Sends one instance and waits for its answer. What an earlier instance's association does not carry gets a new one.
   * Rejects with AssociationFailed when the peer cannot be reached or is lost; the next instance tries again.
   */
  send(instance: RetrievableInstance): Promise<SendResult>;
  close(): Promise<void>;
}

export interface StoreScuOptions {
  readonly caller: Caller;
  readonly destination: Destination;
  readonly blobs: BlobStore;
  /** What is to be sent, as far as it is known: its presentation contexts are asked for together. */
  readonly expected: Iterable<RetrievableInstance>;
  readonly originator?: MoveOriginator;
}

const MAX_CONTEXTS = 128;

/** Storage as SCU (PS3.4 Annex B), over as many associations as the kinds of instances and lost connections make needed. */
export function storeScu(options: StoreScuOptions): StoreScu {
  const { caller, destination, blobs, originator } = options;
  const wanted = new Map<string, Proposal>();
  for (const instance of options.expected) want(instance);
  let association: RequestedAssociation | null = null;
  let proposed = new Set<string>();

  function want({ sopClassUid, transferSyntaxUid }: RetrievableInstance): string {
    const key = `${sopClassUid} ${transferSyntaxUid}`;
    wanted.set(key, { abstractSyntaxUid: sopClassUid, transferSyntaxUids: sendableSyntaxes(transferSyntaxUid) });
    return key;
  }

  /** The association with this kind of instance among its proposals. */
  async function associationFor(instance: RetrievableInstance): Promise<RequestedAssociation> {
    const key = want(instance);
    if (association && proposed.has(key)) return association;
    await association?.release().catch(() => undefined);
    association = null;
    const keys = [key, ...[...wanted.keys()].filter((each) => each !== key)].slice(0, MAX_CONTEXTS);
    association = await openAssociation(
      caller,
      destination,
      keys.map((each) => wanted.get(each) as Proposal),
    );
    proposed = new Set(keys);
    return association;
  }

  return {
    send: async (instance) => {
      try {
        const open = await associationFor(instance);
        const send: SendRequest = async (...asked) => (await open.request(...asked)).command;
        return await sendInstance(blobs, instance, open.contexts, send, {
          ...(originator && {
            moveOriginatorAeTitle: originator.aeTitle,
            moveOriginatorMessageId: originator.messageId,
          }),
        });
      } catch (error) {
        association?.abort(); // half a data set may be out: nothing else can follow it
        association = null;
        throw error;
      }
    },
    close: async () => {
      await association?.release().catch(() => undefined);
      association = null;
    },
  };
}
