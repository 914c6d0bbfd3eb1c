import { DomainError } from "../../core/errors.ts";
import type { IncomingInstance } from "../../core/ports.ts";
import { type PartHeader, type PartSink, readMultipartRelated } from "./multipart-related.ts";
import { partIdentity } from "./part-identity.ts";
import { failedOutcome, type PartOutcome } from "./store-answer.ts";
import type { StoreRequest } from "./store-request.ts";

/** So much of a part is kept to say who it was when it is refused, or to hold it against the study of the path. */
const HEAD_BYTES = 64 * 1024;

/**
 * Instances as Part 10 files, one a part: each goes to the receiver as it arrives. Throws for a request that is no
 * multipart; the fate of each part stands in `outcomes`, by its place in the request.
 */
export async function storeFiles(store: StoreRequest, outcomes: PartOutcome[]): Promise<void> {
  const { body, boundary, source, receiver, wantedStudy, inFlight, noteRefusal } = store;
  let open: IncomingInstance | undefined;

  async function beginPart({ contentType }: PartHeader, index: number): Promise<PartSink> {
    // Stands until the part is through: a part that breaks off has this fate.
    outcomes[index] = { failed: "dicom-truncated" };
    if (contentType !== undefined && contentType.type !== "application/dicom") {
      outcomes[index] = { failed: "media-type-unsupported" };
      noteRefusal(new DomainError("media-type-unsupported"));
      return SKIPPING;
    }
    const incoming = await receiver.receivePart10(source).catch((error: unknown) => {
      outcomes[index] = failedOutcome(error);
      return null;
    });
    if (!incoming) return SKIPPING;
    open = incoming;
    const head: Buffer[] = [];
    let headBytes = 0;
    let refused = false;
    const refuse = (error: unknown) => {
      refused = true;
      outcomes[index] = failedOutcome(error, partIdentity(Buffer.concat(head)));
    };
    return {
      write: async (chunk) => {
        if (refused) return;
        if (headBytes < HEAD_BYTES) {
          head.push(chunk);
          headBytes += chunk.length;
        }
        try {
          await incoming.write(chunk);
        } catch (error) {
          refuse(error);
          await incoming.abort();
        }
      },
      end: async () => {
        open = undefined;
        if (refused) return;
        if (wantedStudy !== null) {
          const { studyInstanceUid } = partIdentity(Buffer.concat(head));
          if (studyInstanceUid !== wantedStudy) {
            const error = new DomainError(studyInstanceUid ? "request-invalid" : "dicom-unreadable");
            noteRefusal(error);
            refuse(error);
            return incoming.abort();
          }
        }
        await inFlight.add(
          incoming.store().then((stored) => {
            outcomes[index] = { stored };
          }, refuse),
        );
      },
    };
  }

  try {
    const end = await readMultipartRelated(body, boundary, beginPart);
    if (end === "broken-off") noteRefusal(new DomainError("dicom-truncated"));
  } finally {
    await open?.abort();
    await inFlight.settled();
  }
}

const SKIPPING: PartSink = { write: async () => undefined, end: async () => undefined };
