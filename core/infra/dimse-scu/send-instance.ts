import type { BlobStore } from "../../ports.ts";
import { openStoredDataSet, sendableSyntaxes } from "../archive/stored-data-set.ts";
import type { RetrievableInstance } from "../postgres/retrieve-queries.ts";
import type { CommandSet } from "../upper-layer/command-codec.ts";
import type { AcceptedContext } from "../upper-layer/pdu.ts";

/** How a C-STORE of ours ended. `failed` says whose doing it is: the peer refused, or it cannot be read here. */
export type SendResult =
  | { readonly outcome: "completed" | "warning" }
  | { readonly outcome: "failed"; readonly by: "peer" | "storage"; readonly reason: Readonly<Record<string, unknown>> };

/** Sends one request with its data set on a context and gives the response, on whoever's association it is. */
export type SendRequest = (
  context: AcceptedContext,
  command: CommandSet & { readonly commandField: number },
  dataSet: AsyncIterable<Uint8Array>,
) => Promise<CommandSet>;

const C_STORE = 0x0001;

/**
 * One instance by C-STORE (PS3.4 Annex B): as it is stored where the peer takes that, an uncompressed one with the other VR
 * encoding else. Rejects only when the association does.
 */
export async function sendInstance(
  blobs: BlobStore,
  instance: RetrievableInstance,
  contexts: readonly AcceptedContext[],
  send: SendRequest,
  more: Pick<CommandSet, "moveOriginatorAeTitle" | "moveOriginatorMessageId"> = {},
): Promise<SendResult> {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance;
  const ofClass = contexts.filter((each) => each.abstractSyntaxUid === sopClassUid);
  const context = sendableSyntaxes(transferSyntaxUid)
    .map((syntax) => ofClass.find((each) => each.transferSyntaxUid === syntax))
    .find((each) => each !== undefined);
  if (!context)
    return { outcome: "failed", by: "peer", reason: { reason: "no-context", sopClassUid, transferSyntaxUid } };
  const opened = await openStoredDataSet(blobs, instance, context.transferSyntaxUid).catch((error: unknown) => ({
    error,
  }));
  if ("error" in opened) return { outcome: "failed", by: "storage", reason: { error: opened.error } };
  try {
    const command = { commandField: C_STORE, affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid };
    const { status = 0xffff } = await send(context, { ...command, priority: 0, ...more }, opened);
    if (status === 0) return { outcome: "completed" };
    return isWarning(status) ? { outcome: "warning" } : { outcome: "failed", by: "peer", reason: { status } };
  } finally {
    opened.close();
  }
}

/** Stored, with a remark (PS3.7 §C.3 and PS3.4 §B.2.3). */
function isWarning(status: number): boolean {
  return status === 0x0001 || status === 0x0107 || status === 0x0116 || status >> 12 === 0xb;
}
