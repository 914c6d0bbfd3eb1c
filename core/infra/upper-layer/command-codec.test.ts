import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CommandSet, decodeCommand, encodeCommand } from "./command-codec.ts";
import { UpperLayerFault } from "./upper-layer-fault.ts";

const uid = fc.stringMatching(/^[1-9][0-9.]{0,40}[0-9]$/);
const word = fc.nat(65_535);

describe("command sets", () => {
  it("come back as they were encoded", () => {
    const anyCommand = fc.record(
      {
        affectedSopClassUid: uid,
        commandField: word,
        messageId: word,
        messageIdBeingRespondedTo: word,
        commandDataSetType: word,
        status: word,
        errorComment: fc.stringMatching(/^[A-Za-z]([A-Za-z ]{0,60}[A-Za-z])?$/),
        affectedSopInstanceUid: uid,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyCommand, (command) => {
        const bytes = encodeCommand(command as CommandSet);
        expect(decodeCommand(bytes)).toEqual(command);
        // The group length counts what follows its own 12 bytes (PS3.7 §6.3.1).
        expect(bytes.readUInt32LE(8)).toBe(bytes.length - 12);
        expect(bytes.length % 2).toBe(0);
      }),
    );
  });

  it("encode a C-ECHO-RSP byte for byte", () => {
    const bytes = encodeCommand({
      commandField: 0x8030,
      messageIdBeingRespondedTo: 1,
      commandDataSetType: 0x0101,
      status: 0,
    });
    expect(bytes.toString("hex")).toBe(
      [
        "0000000004000000" + "28000000", // 4 elements of 10 bytes = 40
        "0000000102000000" + "3080",
        "0000200102000000" + "0100",
        "0000000802000000" + "0101",
        "0000000902000000" + "0000",
      ].join(""),
    );
  });

  it("pass over elements that are not known, and empty ones", () => {
    const unknown = Buffer.from("0000010004000000" + "01020304", "hex");
    const empty = Buffer.from("0000001000000000", "hex");
    expect(decodeCommand(Buffer.concat([unknown, empty]))).toEqual({});
  });

  it.each([
    ["an element cut short", "00000001020000"],
    ["an element longer than the command", "0000000104000000" + "3000"],
    ["a US of four bytes", "0000000104000000" + "30000000"],
    ["an element of the data set", "0800180002000000" + "3100"],
  ])("refuse %s", (_, hex) => {
    expect(() => decodeCommand(Buffer.from(hex, "hex"))).toThrow(UpperLayerFault);
  });

  it("never fail otherwise than by an UpperLayerFault", () => {
    const elements = fc
      .array(fc.tuple(fc.constantFrom(0, 2, 0x100, 0x110, 0x800, 0x902), fc.nat(12), fc.uint8Array({ maxLength: 12 })))
      .map((list) =>
        Buffer.concat(
          list.map(([number, length, value]) =>
            Buffer.concat([Buffer.from([0, 0, number & 255, number >> 8, length, 0, 0, 0]), value]),
          ),
        ),
      );
    fc.assert(
      fc.property(fc.oneof(elements, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        try {
          decodeCommand(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(UpperLayerFault);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
