import type { DicomJsonDataSet } from "../../core/dicom/dicom-json.ts";
import { encodeDataSet } from "../../core/dicom/encode-data-set.ts";
import { EXPLICIT_VR_LITTLE_ENDIAN, newUid } from "../../core/dicom/uid.ts";
import { openAssociation } from "../../core/infra/dimse-scu/open-association.ts";
import { STORAGE_COMMITMENT_SOP_CLASS, STORAGE_COMMITMENT_SOP_INSTANCE } from "../../core/study/storage-commitment.ts";
import { startDimseServer } from "../../server/dimse/dimse-server.ts";
import { readDataSet } from "../../server/dimse/read-data-set.ts";
import { collectingReceiver } from "../dimse/collecting-receiver.ts";
import { eventually } from "../support/eventually.ts";

/** SOP class and instance, as the device asks after them. */
export type Reference = readonly [sopClassUid: string, sopInstanceUid: string];

/** What the hub said of one transaction. */
export interface Verdict {
  readonly eventTypeId: number | undefined;
  readonly committed: readonly string[];
  /** Instance → failure reason (0008,1197). */
  readonly failed: ReadonlyMap<string, number>;
}

export interface CommitmentDevice {
  readonly port: number;
  /** Asks for commitment; the transaction when the hub said that it took the request, null when it did not say so. */
  ask(references: readonly Reference[]): Promise<string | null>;
  /** Every report that came for the transaction, the first of which may take its time. */
  verdicts(transactionUid: string): Promise<readonly Verdict[]>;
  close(): Promise<void>;
}

const AE_TITLE = "CT_YANJI";
const N_ACTION = 0x0130;
const N_EVENT_REPORT = 0x0100;
const SHORT = { connectMs: 5000, responseMs: 20_000, writeStallMs: 5000 };
/** A job whose worker was killed comes again after BullMQ's stalled interval, and the destination's pause. */
const REPORT_LIMIT_MS = 180_000;

/** A device of yanji that asks the hub for storage commitment, and listens for the report on its own port (PS3.4 Annex J). */
export async function openCommitmentDevice(hub: { readonly dicomPort: number }): Promise<CommitmentDevice> {
  const reported = new Map<string, Verdict[]>();
  const server = await startDimseServer({
    port: 0,
    host: "127.0.0.1",
    aeTitle: AE_TITLE,
    findApplicationEntity: async () => ({
      siteId: "-",
      certificateSha256: null,
      tlsOnly: false,
      maxAssociations: null,
    }),
    receiver: collectingReceiver(),
    services: [
      {
        commandField: N_EVENT_REPORT,
        supports: (uid) => uid === STORAGE_COMMITMENT_SOP_CLASS,
        serve: async (request, association) => {
          const { dataSet } = await readDataSet(request);
          const transactionUid = String(dataSet["00081195"]?.Value?.[0]);
          const verdict = verdictOf(request.command.eventTypeId, dataSet);
          reported.set(transactionUid, [...(reported.get(transactionUid) ?? []), verdict]);
          await association.respond(request, { status: 0 });
        },
      },
    ],
    log: () => undefined,
  });

  async function ask(references: readonly Reference[]): Promise<string | null> {
    const transactionUid = newUid();
    const destination = { aeTitle: "HUB", host: "127.0.0.1", port: hub.dicomPort, isTls: false };
    const proposal = {
      abstractSyntaxUid: STORAGE_COMMITMENT_SOP_CLASS,
      transferSyntaxUids: [EXPLICIT_VR_LITTLE_ENDIAN],
    };
    const association = await openAssociation({ aeTitle: AE_TITLE, timeouts: SHORT }, destination, [proposal]);
    try {
      const [context] = association.contexts;
      if (!context) return null;
      const { command } = await association.request(
        context,
        {
          commandField: N_ACTION,
          requestedSopClassUid: STORAGE_COMMITMENT_SOP_CLASS,
          requestedSopInstanceUid: STORAGE_COMMITMENT_SOP_INSTANCE,
          actionTypeId: 1,
        },
        requestDataSet(transactionUid, references),
      );
      return command.status === 0 ? transactionUid : null;
    } finally {
      await association.release().catch(() => undefined);
    }
  }

  return {
    port: server.port,
    ask: (references) => ask(references).catch(() => null), // the hub is being killed
    verdicts: (transactionUid) => eventually(async () => reported.get(transactionUid), REPORT_LIMIT_MS),
    close: () => server.close(),
  };
}

async function* requestDataSet(transactionUid: string, references: readonly Reference[]) {
  const dataSet: DicomJsonDataSet = {
    "00081195": { vr: "UI", Value: [transactionUid] },
    "00081199": {
      vr: "SQ",
      Value: references.map(([sopClassUid, sopInstanceUid]) => ({
        "00081150": { vr: "UI", Value: [sopClassUid] },
        "00081155": { vr: "UI", Value: [sopInstanceUid] },
      })),
    },
  };
  yield encodeDataSet(dataSet, { isImplicitVr: false, characterSet: "ISO_IR 192" });
}

function verdictOf(eventTypeId: number | undefined, dataSet: DicomJsonDataSet): Verdict {
  const items = (tag: string) => (dataSet[tag]?.Value ?? []) as readonly DicomJsonDataSet[];
  const uidOf = (item: DicomJsonDataSet) => String(item["00081155"]?.Value?.[0]);
  return {
    eventTypeId,
    committed: items("00081199").map(uidOf),
    failed: new Map(items("00081198").map((item) => [uidOf(item), Number(item["00081197"]?.Value?.[0])])),
  };
}
