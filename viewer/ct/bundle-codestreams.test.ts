import { expect, it } from "vitest";
import { bundleCodestreams } from "./bundle-codestreams.ts";

const frames = [
  { beginning: Uint8Array.of(1), rest: { start: 10, end: 13 } },
  { beginning: Uint8Array.of(2, 2), rest: { start: 13, end: 13 } }, // its beginning is all of it
  { beginning: Uint8Array.of(3), rest: { start: 13, end: 15 } },
];

async function* chunksOf(...chunks: readonly (readonly number[])[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Uint8Array.from(chunk);
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<number[][]> {
  const found: number[][] = [];
  for await (const codestream of bundleCodestreams(frames, chunks)) found.push([...codestream]);
  return found;
}

it.each([
  [[[11, 12, 13, 31, 32]]],
  [[[11], [12, 13, 31], [], [32]]],
  [
    [
      [11, 12, 13],
      [31, 32, 99],
    ],
  ],
])("puts beginnings and rests together, wherever the line cut: %j", async (chunks) => {
  expect(await read(chunksOf(...chunks))).toEqual([
    [1, 11, 12, 13],
    [2, 2],
    [3, 31, 32],
  ]);
});

it("gives what is whole before it says that the line was cut", async () => {
  const codestreams = bundleCodestreams(frames, chunksOf([11, 12, 13, 31]));
  expect((await codestreams.next()).value).toEqual(Uint8Array.of(1, 11, 12, 13));
  expect((await codestreams.next()).value).toEqual(Uint8Array.of(2, 2));
  await expect(codestreams.next()).rejects.toMatchObject({ code: "offline" });
});

it("lets the line go when nobody reads on", async () => {
  let ended = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield Uint8Array.of(11, 12, 13);
      yield Uint8Array.of(31, 32);
    } finally {
      ended = true;
    }
  }
  for await (const _ of bundleCodestreams(frames, watched())) break;
  expect(ended).toBe(true);
});
