import { describe, expect, it } from "vitest";
import { encodeCommand } from "./command-codec.ts";
import { MessageAssembler } from "./message-assembler.ts";

const CONTEXTS = new Map(
  [1, 3].map((id) => [id, { id, abstractSyntaxUid: "1.2.3", transferSyntaxUid: "1.2.840.10008.1.2" }]),
);
const STORE = encodeCommand({ commandField: 1, messageId: 1, commandDataSetType: 0 });
const ECHO = encodeCommand({ commandField: 0x30, messageId: 2, commandDataSetType: 0x0101 });
const piece = (contextId: number, isCommand: boolean, data: Buffer, isLast: boolean) =>
  ({ kind: "pdv", contextId, isCommand, data, isLast }) as const;

describe("MessageAssembler", () => {
  it("joins a command that came in pieces, then hands on its data set", () => {
    const assembler = new MessageAssembler(CONTEXTS);
    expect(assembler.take(piece(1, true, STORE.subarray(0, 9), false))).toBeNull();
    expect(assembler.take(piece(1, true, STORE.subarray(9), true))).toMatchObject({
      kind: "command",
      command: { commandField: 1, messageId: 1 },
      hasDataSet: true,
    });
    expect(assembler.isInMessage).toBe(true);
    const data = Buffer.from("abc");
    expect(assembler.take(piece(1, false, data, false))).toEqual({ kind: "data", data, isLast: false });
    expect(assembler.take(piece(1, false, data, true))).toEqual({ kind: "data", data, isLast: true });
    expect(assembler.isInMessage).toBe(false);
    expect(assembler.take(piece(3, true, ECHO, true))).toMatchObject({ hasDataSet: false, context: { id: 3 } });
    expect(assembler.isInMessage).toBe(false);
  });

  it.each([
    ["another context within a command", [piece(1, true, STORE.subarray(0, 9), false), piece(3, true, STORE, true)]],
    ["another context within a data set", [piece(1, true, STORE, true), piece(3, false, STORE, true)]],
    ["a command within a data set", [piece(1, true, STORE, true), piece(1, true, ECHO, true)]],
    [
      "a data set before its command is whole",
      [piece(1, true, STORE.subarray(0, 9), false), piece(1, false, ECHO, true)],
    ],
    ["a data set that was not announced", [piece(1, true, ECHO, true), piece(1, false, STORE, true)]],
    ["a context that was not accepted", [piece(5, true, ECHO, true)]],
    ["a command without data set type", [piece(1, true, encodeCommand({ commandField: 0x30 }), true)]],
    [
      "a command of 64 KiB and a byte",
      [piece(1, true, Buffer.alloc(65_536), false), piece(1, true, Buffer.alloc(1), false)],
    ],
  ])("refuses %s", (_, pieces) => {
    const assembler = new MessageAssembler(CONTEXTS);
    const last = pieces.at(-1);
    for (const before of pieces.slice(0, -1)) assembler.take(before);
    expect(() => last && assembler.take(last)).toThrow(expect.objectContaining({ name: "UpperLayerFault" }));
  });
});
