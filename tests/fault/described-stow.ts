import { dicomJson } from "../../core/dicom/dicom-json.ts";
import { readPart10 } from "../../core/dicom/read-part10.ts";
import type { KillableHub } from "./killable-hub.ts";
import { type Ledger, type Outgoing, postStow, sendBatches } from "./senders.ts";

const BOUNDARY = "part-of-the-upload";
const PIXEL_DATA = "7FE00010";
const JSON_TYPE = "application/dicom+json";

/** The same upload as metadata in JSON with pixels beside it (PS3.18 §10.5.1): the hub makes the instances. */
export function sendByDescribedStow(hub: KillableHub, key: string, ledger: Ledger): Promise<void> {
  return sendBatches(ledger, async (batch) => {
    const metadata = batch.map((file, i) => described(file, `pixels/${i}`));
    const parts = [
      ...batch.map((file, i) => part("application/octet-stream", pixelsOf(file), `pixels/${i}`)),
      part(JSON_TYPE, Buffer.from(JSON.stringify(metadata))),
    ];
    const body = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
    return postStow(hub, key, `multipart/related; type="${JSON_TYPE}"; boundary=${BOUNDARY}`, body);
  });
}

function part(type: string, bytes: Uint8Array, location?: string): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Type: ${type}\r\n${location ? `Content-Location: ${location}\r\n` : ""}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n")]);
}

function described({ bytes }: Outgoing, uri: string) {
  const json = dicomJson(readPart10(bytes, true).dataSet);
  return { ...json, [PIXEL_DATA]: { vr: "OW", BulkDataURI: uri } };
}

/** Native pixels of one frame, the last element of these files. */
export function pixelsOf({ bytes }: Pick<Outgoing, "bytes">): Buffer {
  const { pixelDataOffset, pixelDataLength } = readPart10(bytes, true);
  if (pixelDataOffset === null || pixelDataLength === null) throw new Error("a file without native pixels");
  return bytes.subarray(pixelDataOffset, pixelDataOffset + pixelDataLength);
}
