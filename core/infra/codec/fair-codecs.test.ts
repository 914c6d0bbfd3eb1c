import { describe, expect, it } from "vitest";
import type { DecodeRequest } from "../../decode/decoded-frame.ts";
import type { CodecResult, CodecTask } from "./codec-tasks.ts";
import { type CodecShare, fairCodecs } from "./fair-codecs.ts";

/** A pool that ends what it was asked for when it is told to, and says by whom: the first byte. */
function pool() {
  const running: { readonly account: number; readonly end: () => void }[] = [];
  const share: CodecShare = {
    run: <T extends CodecTask>(_task: T, request: unknown) =>
      new Promise<CodecResult<T>>((resolve) => {
        const [account = 0] = (request as DecodeRequest).bytes;
        running.push({ account, end: () => resolve(null as unknown as CodecResult<T>) });
      }),
  };
  return { running, share };
}

const FORMAT: DecodeRequest["format"] = {
  rows: 1,
  columns: 1,
  samplesPerPixel: 1,
  photometricInterpretation: "MONOCHROME2",
  planarConfiguration: 0,
  bitsAllocated: 8,
  bitsStored: 8,
  pixelRepresentation: 0,
};
const frame = (account: number): DecodeRequest => ({
  bytes: Uint8Array.of(account),
  transferSyntaxUid: "1.2.840.10008.1.2.1",
  format: FORMAT,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("codec threads shared between accounts", () => {
  it("have few frames of one account at a time, and those of another beside them", async () => {
    const { running, share } = pool();
    const codecs = fairCodecs(share, { atOnce: 2 });
    const [one, other] = [codecs.shareOf("1"), codecs.shareOf("2")];
    const asked = [1, 1, 1, 1, 1].map((account) => one.run("native", frame(account)));
    asked.push(other.run("native", frame(2)));
    await settled();
    expect(running.map(({ account }) => account)).toEqual([1, 1, 2]);
    // one ends, the next of the same account takes its place
    running[0]?.end();
    await settled();
    expect(running.map(({ account }) => account)).toEqual([1, 1, 2, 1]);
    for (let ended = 0; ended < 6; ended++) {
      running[ended]?.end();
      await settled();
    }
    await expect(Promise.all(asked)).resolves.toHaveLength(6);
  });

  it("take no more answers of an account of which much waits, but end those that have begun", async () => {
    const { running, share } = pool();
    const codecs = fairCodecs(share, { atOnce: 1, maxWaiting: 2 });
    const begun = codecs.shareOf("1");
    const asked = [1, 1, 1, 1].map((account) => begun.run("native", frame(account)));
    await settled();
    expect(() => codecs.assertRoom("1")).toThrow("busy");
    expect(() => codecs.assertRoom("2")).not.toThrow();
    for (let ended = 0; ended < 4; ended++) {
      running[ended]?.end();
      await settled();
    }
    await Promise.all(asked);
    expect(running).toHaveLength(4);
    expect(() => codecs.assertRoom("1")).not.toThrow();
  });

  it("give the place back when a frame cannot be read", async () => {
    const failing: CodecShare = { run: () => Promise.reject(new Error("damaged")) };
    const share = fairCodecs(failing, { atOnce: 1 }).shareOf("1");
    await expect(share.run("native", frame(1))).rejects.toThrow("damaged");
    await expect(share.run("native", frame(1))).rejects.toThrow("damaged");
  });
});
