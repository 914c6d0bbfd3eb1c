import { describe, expect, it } from "vitest";
import { changeByteOrder, turnValue } from "./change-byte-order.ts";

const big = (text: string) => Buffer.from(text.replace(/[\s|]/g, ""), "hex");
const vr = (name: string) => Buffer.from(name, "latin1").toString("hex");

describe("Big Endian to Little Endian", () => {
  it("turns tags, lengths and numbers round, and no texts", () => {
    const from = big(`
      0008 0060 ${vr("CS")} 0002 4354 |
      0028 0009 ${vr("AT")} 0004 0018 1063 |
      0028 0010 ${vr("US")} 0002 0200 |
      0018 602c ${vr("FD")} 0008 3ff0000000000000 |
      0028 1201 ${vr("OW")} 0000 00000004 0102 0304`);
    const to = big(`
      0800 6000 ${vr("CS")} 0200 4354 |
      2800 0900 ${vr("AT")} 0400 1800 6310 |
      2800 1000 ${vr("US")} 0200 0002 |
      1800 2c60 ${vr("FD")} 0800 000000000000f03f |
      2800 0112 ${vr("OW")} 0000 04000000 0201 0403`);
    expect(changeByteOrder(from)).toEqual(to);
  });

  it("goes into sequences of either kind of length", () => {
    const item = (tag: string, length: string) => `${tag} ${length}`;
    const inner = `0028 0010 ${vr("US")} 0002 0200`;
    const defined = big(`0040 0275 ${vr("SQ")} 0000 00000012 ${item("fffee000", "0000000a")} ${inner}`);
    const open = big(
      `0040 0275 ${vr("SQ")} 0000 ffffffff ${item("fffee000", "ffffffff")} ${inner} fffee00d00000000 fffee0dd00000000`,
    );
    const to = big(
      `4000 7502 ${vr("SQ")} 0000 ffffffff feff00e0ffffffff 2800 1000 ${vr("US")} 0200 0002 feff0de000000000 feffdde000000000`,
    );
    expect(changeByteOrder(defined)).toEqual(to);
    expect(changeByteOrder(open)).toEqual(to);
  });

  it("may end with the head of the pixel data", () => {
    expect(changeByteOrder(big(`7fe0 0010 ${vr("OW")} 0000 00001000`))).toEqual(
      big(`e07f 1000 ${vr("OW")} 0000 00100000`),
    );
  });

  it.each([
    ["a value beyond the end", `0008 0060 ${vr("CS")} 00ff 4354`],
    ["half a head", "0008 00"],
    ["a sequence without an item", `0040 0275 ${vr("SQ")} 0000 00000008 00080060 43530000`],
    ["sequences without end", `0040 0275 ${vr("SQ")} 0000 ffffffff fffee000 ffffffff`.repeat(100)],
  ])("%s is unreadable", (_, text) => {
    expect(() => changeByteOrder(big(text))).toThrow(expect.objectContaining({ code: "dicom-unreadable" }));
  });

  it("leaves a value that has no whole words", () => {
    expect(turnValue(Buffer.from([1, 2, 3]), "OW")).toEqual(Buffer.from([1, 2, 3]));
  });
});
