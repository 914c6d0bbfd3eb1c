import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { DataSetStream } from "./data-set-stream.ts";

async function collect(stream: DataSetStream): Promise<string> {
  let text = "";
  for await (const fragment of stream) text += fragment.toString();
  return text;
}

describe("DataSetStream", () => {
  it("gives the fragments in order, as they are", async () => {
    const stream = new DataSetStream(100);
    const collected = collect(stream);
    for (const text of ["ab", "", "c", "def"]) stream.push(Buffer.from(text));
    stream.end();
    expect(await collected).toBe("abcdef");
  });

  it("holds its window and asks the pusher to wait beyond it, until the write of a fragment has settled", async () => {
    const stream = new DataSetStream(4);
    expect(stream.push(Buffer.from("abcd"))).toBeNull();
    let isFree = false;
    stream.push(Buffer.from("e"))?.then(() => {
      isFree = true;
    });
    // 5 bytes are held; the first 4 count until the next fragment is asked for.
    await stream.next();
    await nextTurn();
    expect(isFree).toBe(false);
    await stream.next();
    await nextTurn();
    expect(isFree).toBe(true);
  });

  it("drops the rest once its reader has left, and says when the peer has sent it all", async () => {
    const stream = new DataSetStream(4);
    const left = (async () => {
      for await (const _ of stream) throw new Error("disk full");
    })();
    stream.push(Buffer.from("abcd"));
    await expect(left).rejects.toThrow("disk full");
    let isWhole = false;
    const discarded = stream.discard().then(() => {
      isWhole = true;
    });
    expect(stream.push(Buffer.alloc(1000))).toBeNull();
    await nextTurn();
    expect(isWhole).toBe(false);
    stream.end();
    await discarded;
  });

  it("frees a waiting pusher when the reader leaves", async () => {
    const stream = new DataSetStream(4);
    const waiting = stream.push(Buffer.alloc(10));
    void stream.discard().catch(() => {});
    await waiting;
    stream.end();
  });

  it("fails its reader when the peer is gone, even with fragments still held", async () => {
    const stream = new DataSetStream(100);
    stream.push(Buffer.from("ab"));
    stream.fail(new Error("gone"));
    await expect(collect(stream)).rejects.toThrow("gone");
    await expect(stream.discard()).rejects.toThrow("gone");
  });

  it("is whole once ended: a peer that goes then takes nothing back", async () => {
    const stream = new DataSetStream(100);
    stream.push(Buffer.from("ab"));
    stream.end();
    stream.fail(new Error("gone"));
    expect(await collect(stream)).toBe("ab");
  });
});
