import { expect, it } from "vitest";
import { paletteTable } from "./palette-table.ts";
import type { PaletteChannelSource } from "./study-model.ts";

function channel(more: Partial<PaletteChannelSource>): PaletteChannelSource {
  return { descriptor: [2, 5, 16], segmented: false, values: [], inline: undefined, uri: undefined, ...more };
}

it("makes one table of bytes from values, inline and linked data", async () => {
  const table = await paletteTable(
    {
      channels: [
        channel({ values: [0, 0xff00] }),
        channel({ inline: btoa("\x00\x10\x00\x20") }), // little-endian 0x1000, 0x2000
        channel({ uri: "/bulk" }),
      ],
    },
    () => Promise.resolve(Uint8Array.of(0x00, 0x80, 0xff, 0xff)),
  );
  // 16-bit entries keep their upper byte
  expect(table).toEqual({ firstMapped: 5, rgb: Uint8Array.of(0, 0x10, 0x80, 0xff, 0x20, 0xff) });
});

it("reads entries that never leave the low byte as 8 bits", async () => {
  const low = channel({ values: [7, 200] });
  expect((await paletteTable({ channels: [low, low, low] }, () => Promise.reject(new Error()))).rgb).toEqual(
    Uint8Array.of(7, 7, 7, 200, 200, 200),
  );
});
