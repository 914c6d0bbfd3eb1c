import { describe, expect, it } from "vitest";
import type { GreyPixels } from "./decoded-frame.ts";
import { nativeBytes } from "./native-bytes.ts";

const grey = (pixels: GreyPixels) =>
  ({ kind: "grey", rows: 1, columns: pixels.length, pixels, min: 0, max: 0 }) as const;

describe("the bytes of a grey frame", () => {
  it.each([
    [Uint8Array.of(1, 255), 8, [1, 255]],
    [Uint8Array.of(1, 255), 16, [1, 0, 255, 0]],
    [Int8Array.of(-1, 2), 16, [0xff, 0xff, 2, 0]],
    [Uint16Array.of(0x0102, 4095), 16, [2, 1, 0xff, 0x0f]],
    [Int16Array.of(-2, 2), 16, [0xfe, 0xff, 2, 0]],
    [Int16Array.of(-2), 32, [0xfe, 0xff, 0xff, 0xff]],
  ])("%o in cells of %i bits", (pixels, bits, bytes) => {
    expect([...(nativeBytes(grey(pixels), bits) ?? [])]).toEqual(bytes);
  });

  it("are not given for cells of other sizes", () => {
    expect(nativeBytes(grey(Uint8Array.of(1)), 1)).toBeNull();
    expect(nativeBytes(grey(Uint16Array.of(1)), 12)).toBeNull();
  });
});
