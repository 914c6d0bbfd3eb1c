import type { BlobStore } from "../../ports.ts";
import { openStoredDataSet, type StoredDataSet, sendableSyntaxes } from "../archive/stored-data-set.ts";
import type { RetrievableInstance } from "../postgres/retrieve-queries.ts";
import { type Caller, type Destination, openAssociation } from "./open-association.ts";
import type { Proposal, RequestedAssociation } from "./requested-association.ts";

export type StoreOutcome = "completed" | "warning" | "failed";

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
  send(instance: RetrievableInstance): Promise<StoreOutcome>;
  close(): Promise<void>;
}

export interface StoreScuOptions {
  readonly caller: Caller;
  readonly destination: Destination;
  readonly blobs: BlobStore;
  /** What is to be sent, as far as it is known: its presentation contexts are asked for together. */
  readonly expected: Iterable<RetrievableInstance>;
  readonly originator?: MoveOriginator;
  readonly onFailed?: (sopInstanceUid: string, reason: Readonly<Record<string, unknown>>) => void;
}

const C_STORE = 0x0001;
const MAX_CONTEXTS = 128;

/** Storage as SCU (PS3.4 Annex B): as it is stored where the peer takes that, uncompressed with the other VR encoding else. */
export function storeScu(options: StoreScuOptions): StoreScu {
  const { caller, destination, blobs, originator, onFailed } = options;
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

  async function send(instance: RetrievableInstance): Promise<StoreOutcome> {
    const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance;
    const open = await associationFor(instance);
    const contexts = open.contexts.filter((each) => each.abstractSyntaxUid === sopClassUid);
    const context = sendableSyntaxes(transferSyntaxUid)
      .map((syntax) => contexts.find((each) => each.transferSyntaxUid === syntax))
      .find((each) => each !== undefined);
    const failed = (reason: Readonly<Record<string, unknown>>): StoreOutcome => {
      onFailed?.(sopInstanceUid, reason);
      return "failed";
    };
    if (!context) return failed({ reason: "no-context", sopClassUid, transferSyntaxUid });
    let dataSet: StoredDataSet;
    try {
      dataSet = await openStoredDataSet(blobs, instance, context.transferSyntaxUid);
    } catch (error) {
      return failed({ error });
    }
    try {
      const command = {
        commandField: C_STORE,
        affectedSopClassUid: sopClassUid,
        affectedSopInstanceUid: sopInstanceUid,
        priority: 0,
        ...(originator && {
          moveOriginatorAeTitle: originator.aeTitle,
          moveOriginatorMessageId: originator.messageId,
        }),
      };
      const { status = 0xffff } = (await open.request(context, command, dataSet)).command;
      if (status === 0) return "completed";
      return isStoreWarning(status) ? "warning" : failed({ status });
    } finally {
      dataSet.close();
    }
  }

  return {
    send: async (instance) => {
      try {
        return await send(instance);
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

/** Stored, with a remark (PS3.7 §C.3 and PS3.4 §B.2.3). */
export function isStoreWarning(status: number): boolean {
  return status === 0x0001 || status === 0x0107 || status === 0x0116 || status >> 12 === 0xb;
}
