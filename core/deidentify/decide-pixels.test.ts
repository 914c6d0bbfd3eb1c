import { describe, expect, it } from "vitest";
import type { DataElement } from "../dicom/data-elements.ts";
import { decidePixels } from "./decide-pixels.ts";
import { textElement } from "./element-text.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const SC = "1.2.840.10008.5.1.4.1.1.7";
const us = (tag: number, number: number): DataElement => ({
  tag,
  vr: "US",
  value: Buffer.from([number & 255, number >> 8]),
});

const of = (sopClassUid: string, ...extra: readonly DataElement[]) =>
  decidePixels([
    textElement(0x00080016, "UI", sopClassUid),
    textElement(0x00080060, "CS", "CT"),
    us(0x00280010, 512),
    us(0x00280011, 512),
    ...extra,
  ]);
const ge = textElement(0x00080070, "LO", "GE MEDICAL SYSTEMS");
const screen = textElement(0x00080008, "CS", "DERIVED\\SECONDARY\\SCREEN SAVE");

describe("what is burned in", () => {
  it("goes by a rule for just such an image", () => {
    expect(of(CT)).toEqual({ kind: "keep" });
    const dose = textElement(0x0008103e, "LO", "Dose Report");
    expect(of(SC, ge, dose)).toMatchObject({
      kind: "blank",
      rule: "ge-dose-report",
      regions: [{ top: 0, bottom: 110 }],
    });
    // all rules that fit, together
    const lightspeed = textElement(0x00081090, "LO", "LightSpeed VCT");
    expect(of(SC, ge, lightspeed, screen, dose)).toMatchObject({
      kind: "blank",
      regions: [{ bottom: 110 }, { bottom: 121 }],
    });
    // another maker's sheet, or another console's screen: nobody has published where its names are
    expect(of(SC, dose)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
    expect(of(SC, ge, screen)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
    expect(of(CT, ge, screen)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
    expect(of(SC, ge)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
    expect(of(SC, screen)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
    expect(of(CT, screen)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
  });

  it.each([
    ["1.2.840.10008.5.1.4.1.1.88.11", "an SR"],
    ["1.2.840.10008.5.1.4.1.1.88.59", "a key object note"],
    ["1.2.840.10008.5.1.4.1.1.104.1", "a PDF"],
    ["1.2.840.10008.5.1.4.1.1.11.1", "a presentation state"],
    ["1.2.840.10008.5.1.4.1.1.66", "raw data"],
    ["1.2.840.10008.5.1.4.1.1.77.1.4", "a photograph"],
    ["1.3.12.2.1107.5.9.1", "a private class"],
    ["", "nothing"],
  ])("%s, %s, stays", (sopClassUid) => {
    expect(of(sopClassUid)).toEqual({ kind: "refuse", reason: "class-not-exported" });
  });

  it.each([
    ["a description in Chinese", textElement(0x0008103e, "LO", "剂量报告")],
    ["a protocol page", textElement(0x00181030, "LO", "Patient Protocol")],
    ["a converted picture", textElement(0x00080064, "CS", "WSD")],
  ])("tells a screen by %s", (_, said) => {
    const utf8 = textElement(0x00080005, "CS", "ISO_IR 192");
    expect(of(CT, utf8, said)).toEqual({ kind: "refuse", reason: "screen-without-rule" });
  });

  it("does not ask a waveform for its pixels", () => {
    expect(of("1.2.840.10008.5.1.4.1.1.9.1.1", textElement(0x00280301, "CS", "YES"))).toEqual({ kind: "keep" });
  });
});
