/// <reference types="node" />
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeCodecs } from "../infra/codec/node-codecs.ts";
import { decodeFrame } from "./decode-frame.ts";
import type { DecodedFrame } from "./decoded-frame.ts";
import { framesForTests } from "./frames-for-tests.ts";

const FILES = resolve(import.meta.dirname, "../../../shared/data/dicom/transfer-syntaxes");
const haveDcmtk = ["dcmdjpeg", "dcmdjpls", "dcmdrle", "dcmconv"].every((tool) =>
  (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, tool))),
);

/** File, dcmtk's tool for its reference, most a value may differ: 0 for lossless, rounding of the inverse DCT for 12-bit JPEG. */
const WITH_DCMTK: readonly (readonly [file: string, tool: string, most: number])[] = [
  ["CT-JPEGLosslessSV1.dcm", "dcmdjpeg", 0],
  ["CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm", "dcmdjpeg", 0],
  ["CT0012.fragmented_no_bot_jpeg_lossless.57.dcm", "dcmdjpeg", 0],
  ["JPGLosslessP14SV1_1s_1f_8b.dcm", "dcmdjpeg", 0],
  ["TestPattern_JPEG-Lossless_RGB.dcm", "dcmdjpeg", 0],
  ["CT0012.fragmented_no_bot_jpeg_baseline.51.dcm", "dcmdjpeg", 0],
  ["CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm", "dcmdjpeg", 0],
  ["CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm", "dcmdjpeg", 0],
  ["JPEG-lossy.dcm", "dcmdjpeg", 0],
  ["CTImage.dcm_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm", "dcmdjpeg", 0],
  ["SC_jpeg_no_color_transform.dcm", "dcmdjpeg", 0],
  ["SC_rgb_dcmtk_+eb+cr.dcm", "dcmdjpeg", 0],
  ["SC_rgb_dcmtk_+eb+cy+s2.dcm", "dcmdjpeg", 0],
  ["CT0012.fragmented_no_bot_jpeg_ls.81.dcm", "dcmdjpls", 0],
  ["CT0012.not_fragmented_no_bot_jpeg_ls.80.dcm", "dcmdjpls", 0],
  ["TestPattern_JPEG-LS-Lossless.dcm", "dcmdjpls", 0],
  ["SC_rgb_jls_lossy_line.dcm", "dcmdjpls", 0],
  ["D_CLUNIE_CT1_RLE_FRAGS.dcm", "dcmdrle", 0],
  ["SC_rgb_rle_16bit.dcm", "dcmdrle", 0],
  ["SC_rgb_rle_32bit_2frame.dcm", "dcmdrle", 0],
  ["YBR_FULL-RLE.dcm", "dcmdrle", 0],
  ["CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm", "dcmconv", 0],
  ["test16signed.dcm", "dcmconv", 0],
];

/** JPEG 2000 is not dcmtk's; these come with the same image stored plainly. */
const WITH_TWIN: readonly (readonly [file: string, twin: string, most: number])[] = [
  ["CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm", "CTImage.dcm", 0],
  ["CTImage.dcm_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm", "CTImage.dcm", 5], // lossy by nature: what it was coded with
  ["MR_small_jp2klossless.dcm", "MR_small.dcm", 0],
  ["emri_small_jpeg_2k_lossless.dcm", "emri_small.dcm", 0],
];

async function firstFrame(path: string): Promise<DecodedFrame> {
  const [request] = framesForTests(path);
  if (!request) throw new Error("no frame");
  return decodeFrame(request, nodeCodecs);
}

function largestDifference(a: DecodedFrame, b: DecodedFrame): number {
  const [left, right] = [a, b].map((frame) => (frame.kind === "grey" ? frame.pixels : frame.rgba));
  if (!left || left.length !== right?.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let index = 0; index < left.length; index++)
    most = Math.max(most, Math.abs((left[index] ?? 0) - (right[index] ?? 0)));
  return most;
}

// Needs ../shared/data beside the project, which a plain clone has not.
describe.skipIf(!existsSync(FILES))("decoding real files", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "decode-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(!haveDcmtk).each(WITH_DCMTK)("%s is as %s has it, within %d", async (file, tool, most) => {
    const reference = join(folder, "reference.dcm");
    const options = tool === "dcmconv" ? ["+te"] : tool === "dcmdjpeg" ? ["+cp"] : [];
    execFileSync(tool, [...options, join(FILES, file), reference], { stdio: "pipe" });
    expect(largestDifference(await firstFrame(join(FILES, file)), await firstFrame(reference))).toBeLessThanOrEqual(
      most,
    );
  });

  it.each(WITH_TWIN)("%s is as %s, within %d", async (file, twin, most) => {
    expect(
      largestDifference(await firstFrame(join(FILES, file)), await firstFrame(join(FILES, twin))),
    ).toBeLessThanOrEqual(most);
  });

  it("reads HTJ2K in colour", async () => {
    const frame = await firstFrame(join(FILES, "HTJ2KLossless_08_RGB.dcm"));
    expect(frame).toMatchObject({ kind: "colour", rows: 480, columns: 640 });
  });

  it("believes the header's sign where a JPEG 2000 codestream disagrees", async () => {
    const frame = await firstFrame(resolve(FILES, "../ct/J2K_pixelrep_mismatch.dcm"));
    // 13 bits stored, signed: air outside the field is -2000, and nothing lies beyond ±4096
    expect(frame).toMatchObject({ kind: "grey", min: -2000, max: 1896 });
  });
});
