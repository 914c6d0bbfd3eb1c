import { afterAll, describe, expect, it } from "vitest";
import type { DecodeRequest } from "../../decode/decoded-frame.ts";
import { DomainError } from "../../errors.ts";
import type { Frame } from "../../image/study-model.ts";
import { openCodecPool } from "./codec-pool.ts";

const pool = openCodecPool({ threads: 1, maxWaiting: 3 });
afterAll(() => pool.close());

const FORMAT = {
  rows: 96,
  columns: 160,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 16,
  pixelRepresentation: 1,
};
const HTJ2K = "1.2.840.10008.1.2.4.201";
const values = () => Int16Array.from({ length: 96 * 160 }, (_, i) => ((i * 37) % 3000) - 1024);

function native(format = FORMAT, samples = values()): DecodeRequest {
  return { bytes: new Uint8Array(samples.buffer), transferSyntaxUid: "1.2.840.10008.1.2.1", format };
}

describe("the codec pool", () => {
  it("encodes so that the whole is lossless and each resolution stands first", async () => {
    const { codestream, resolutionEnds } = await pool.run("encode", native());
    expect(resolutionEnds).toHaveLength(6);
    expect(resolutionEnds.at(-1)).toBe(codestream.length - 2); // EOC
    const decoded = await pool.run("decode", { bytes: codestream, transferSyntaxUid: HTJ2K, format: FORMAT });
    expect(decoded).toMatchObject({ kind: "grey", rows: 96, columns: 160 });
    expect(decoded.kind === "grey" && Buffer.compare(bytesOf(decoded.pixels), bytesOf(values()))).toBe(0);
  });

  it("renders through a window", async () => {
    // 1 row: −50 is black, 349 white for centre 150, width 400 (PS3.3 C.11.2.1.2.1); 150 is in the middle
    const format = { ...FORMAT, rows: 1, columns: 3 };
    const frame = { format, rescale: { slope: 1, intercept: 0, unit: "HU" }, windows: [], voiFunction: "LINEAR" };
    const png = await pool.run("render", {
      source: native(format, Int16Array.from([-50, 150, 349])),
      frame: frame as unknown as Frame,
      windowing: { window: { center: 150, width: 400 }, voiFunction: "LINEAR" },
      scale: null,
      format: { type: "image/png" },
    });
    expect(Buffer.from(png).toString("latin1", 1, 4)).toBe("PNG");
  });

  it("refuses a frame that is too large before it makes room", async () => {
    const format = { ...FORMAT, rows: 65_535, columns: 65_535 };
    await expect(pool.run("decode", native(format))).rejects.toMatchObject({ code: "frame-too-large" });
  });

  it("fails a damaged frame alone, and goes on", async () => {
    const { codestream } = await pool.run("encode", native());
    const cut = codestream.slice(0, 60);
    await expect(pool.run("decode", { bytes: cut, transferSyntaxUid: HTJ2K, format: FORMAT })).rejects.toMatchObject({
      code: "frame-unreadable",
    });
    expect((await pool.run("decode", native())).rows).toBe(96);
  });

  it("is busy when too many wait", async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => pool.run("decode", native())));
    const refused = asked.filter((each) => each.status === "rejected");
    expect(asked.filter((each) => each.status === "fulfilled")).toHaveLength(4); // one at work, three waiting
    for (const { reason } of refused) expect(reason).toEqual(new DomainError("busy"));
  });

  it("ends a task that takes too long, with its thread, and goes on", async () => {
    const hasty = openCodecPool({ threads: 1, taskLimitMs: 1 });
    await expect(hasty.run("encode", native())).rejects.toMatchObject({ code: "frame-unreadable" });
    await hasty.close();
    await expect(hasty.run("encode", native())).rejects.toMatchObject({ code: "busy" });
  });
});

function bytesOf(samples: ArrayBufferView): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}
