import { expect, it } from "vitest";
import { PduReader } from "./pdu-reader.ts";
import { streamFragments } from "./stream-fragments.ts";

async function* chunksOf(bytes: Buffer, sizes: readonly number[]) {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

// A peer that takes 22 bytes leaves 16 for a fragment: 22 − 6 of the PDV header.
it.each([
  ["nothing at all", [], [0]],
  ["less than one fragment", [5], [5]],
  ["one fragment to the byte", [16], [16]],
  ["a byte more", [17], [16, 1]],
  ["chunks of odd length", [7, 7, 7, 7, 7], [16, 16, 3]],
  ["a chunk of many fragments after a few bytes", [3, 64], [16, 16, 16, 16, 3]],
  ["chunks without a byte", [0, 16, 0, 16, 0], [16, 16]],
])("%s", async (_, sizes, expected) => {
  const bytes = Buffer.from(Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, at) => at));
  const reader = new PduReader({ maxAssociateLength: 1024, maxPduLength: 22 });
  const pieces = [];
  for await (const pdus of streamFragments(9, chunksOf(bytes, sizes), 22)) {
    for (const event of reader.read(Buffer.concat(pdus))) if (event.kind === "pdv") pieces.push(event);
  }
  expect(pieces.map((piece) => piece.data.length)).toEqual(expected);
  expect(Buffer.concat(pieces.map((piece) => piece.data))).toEqual(bytes);
  expect(pieces.map((piece) => piece.isLast)).toEqual(expected.map((_, at) => at === expected.length - 1));
  expect(pieces.every((piece) => piece.contextId === 9 && !piece.isCommand)).toBe(true);
});
