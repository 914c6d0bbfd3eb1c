import { existsSync, readFileSync } from "node:fs";
import dicomParser from "dicom-parser";
import { describe, expect, it } from "vitest";
import { decodeText } from "./character-set.ts";

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const name = (bytes: Uint8Array, label: string | undefined) => decodeText(bytes, label, "person-name");

describe("labelled text", () => {
  it.each([
    // PS3.5 H.3.1, H.3.2, I.2, J.3, K.2
    [
      "\\ISO 2022 IR 87",
      "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
      "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ],
    [
      "ISO 2022 IR 13\\ISO 2022 IR 87",
      "\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
      "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ],
    [
      "\\ISO 2022 IR 149",
      "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
      "Hong^Gildong=洪^吉洞=홍^길동",
    ],
    ["GB18030", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "Wang^XiaoDong=王^小东="],
    ["\\ISO 2022 IR 58", "Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=", "Zhang^XiaoDong=张^小东="],
    // the escape after `^` forgotten, and all of them forgotten
    ["\\ISO 2022 IR 58", "\x1b$)A\xd5\xc5^\xd0\xa1\xb6\xab", "张^小东"],
    ["\\ISO 2022 IR 58", "Zhang=\xd5\xc5^\xd0\xa1\xb6\xab", "Zhang=张^小东"],
    ["ISO 2022 IR 6\\ISO 2022 IR 159", "\x1b$(D0!\x1b(B^A", "丂^A"],
    ["ISO 2022 IR 100\\ISO 2022 IR 144", "\xc4neas^\x1b-L\xbb\xee\xda^\xe9", "Äneas^Люк^é"],
    ["ISO_IR 101", "\xa3ukasz", "Łukasz"],
    ["ISO_IR 109", "\xa1", "Ħ"],
    ["ISO_IR 110", "\xa6", "Ļ"],
    ["ISO_IR 144", "\xbb\xee\xdace\xdc\xd1yp\xd3", "Люкceмбypг"],
    ["ISO_IR 127", "\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار"],
    ["ISO_IR 126", "\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"],
    ["ISO_IR 138", "\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4", "שרון^דבורה"],
    ["ISO_IR 148", "\xddstanbul", "İstanbul"],
    ["ISO_IR 166", "\xca\xc1\xaa\xd2\xc2", "สมชาย"],
    ["ISO_IR 203", "\xa4", "€"],
    ["ISO_IR 13", "Test-\x84\x44\x83\xa6\xc8", "Test-ДΘﾈ"],
    ["ISO_IR 100", "\xc4neas^R\xfcdiger", "Äneas^Rüdiger"],
    ["ISO_IR 6", "Doe^John ", "Doe^John"],
    [undefined, "Doe^John\0", "Doe^John"],
  ])("%s reads %j", (label, bytes, text) => {
    expect(name(latin1(bytes), label)).toBe(text);
  });

  it("keeps GBK characters whole whose second byte is a delimiter", () => {
    // 8E5C and 815E end in `\` and `^`, E946 (镕) in a letter
    for (const pair of [
      [0x8e, 0x5c],
      [0x81, 0x5e],
      [0xe9, 0x46],
    ]) {
      const text = name(Uint8Array.from([...pair, 0x5e, 0xcd, 0xf5]), "GBK");
      expect([...text]).toHaveLength(3);
      expect(text.slice(1)).toBe("^王");
    }
  });

  it("reads the four-byte codes of GB 18030", () => {
    // Python: "㐂".encode("gb18030").hex() is 8139ef31, of U+20000 95328236
    expect(name(Uint8Array.of(0x81, 0x39, 0xef, 0x31), "GB18030")).toBe("㐂");
    expect(name(Uint8Array.of(0x95, 0x32, 0x82, 0x36), "GB18030")).toBe("𠀀");
  });

  it("resets code extensions at line ends in text, at ^ only in names", () => {
    const bytes = latin1("\x1b-L\xbb^\xbb\r\n\xe9");
    expect(decodeText(bytes, "ISO 2022 IR 100\\ISO 2022 IR 144", "text")).toBe("Л^Л\r\né");
    expect(decodeText(bytes, "ISO 2022 IR 100\\ISO 2022 IR 144", "person-name")).toBe("Л^»\r\né");
  });

  it("never throws on any bytes under any label", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    const labels = [
      "",
      "ISO_IR 100",
      "GB18030",
      "\\ISO 2022 IR 87",
      "ISO 2022 IR 13\\ISO 2022 IR 159",
      "\\ISO 2022 IR 58",
      "nonsense",
      "ISO_IR 13",
    ];
    for (let turn = 0; turn < 4000; turn++) {
      const bytes = Uint8Array.from({ length: random(24) }, () =>
        random(5) === 0 ? 0x1b : random(4) === 0 ? 0x24 : random(256),
      );
      const text = decodeText(bytes, labels[random(labels.length)], turn % 2 ? "text" : "person-name");
      expect(text.length).toBeLessThanOrEqual(bytes.length);
    }
  });
});

describe("wrong labels of the field", () => {
  const gbkWang = latin1("\xcd\xf5^\xd0\xa1\xb6\xab");
  it.each([undefined, "", "ISO_IR 100", "ISO_IR 6", "ISO 2022 IR 6"])("GBK bytes under %s", (label) => {
    expect(name(gbkWang, label)).toBe("王^小东");
    // 李镕: 镕 is E9 46, its second byte an ASCII letter
    expect(name(latin1("Li^Rong=\xc0\xee^\xe9F"), label)).toBe("Li^Rong=李^镕");
    expect(decodeText(latin1("CT\xd0\xd8\xb2\xbf\xc6\xbd\xc9\xa8"), label, "text")).toBe("CT胸部平扫");
    expect(decodeText(latin1("\xcd\xb7"), label, "text")).toBe("头");
  });

  it.each([undefined, "ISO_IR 100"])("latin text under %s stays latin", (label) => {
    expect(name(latin1("Buc^J\xe9r\xf4me"), label)).toBe("Buc^Jérôme");
    expect(name(latin1("\xc4neas^R\xfcdiger"), label)).toBe("Äneas^Rüdiger");
    expect(decodeText(latin1("Gr\xf6\xdfe 20\xb0C 5\xb5m"), label, "text")).toBe("Größe 20°C 5µm");
    expect(decodeText(latin1("M\xfcller, Stra\xdfe 5"), label, "text")).toBe("Müller, Straße 5");
  });

  it.each([undefined, "ISO_IR 100", "ISO_IR 144", "GB18030", "GBK"])("UTF-8 Han under %s", (label) => {
    expect(name(utf8("Wang^Xiaodong=王^小东"), label)).toBe("Wang^Xiaodong=王^小东");
  });

  it("UTF-8 latin and Cyrillic under ISO_IR 100", () => {
    expect(name(utf8("Buc^Jérôme"), "ISO_IR 100")).toBe("Buc^Jérôme");
    expect(name(utf8("Люксембург"), "ISO_IR 100")).toBe("Люксембург");
  });

  it("GBK under ISO_IR 192", () => {
    expect(name(gbkWang, "ISO_IR 192")).toBe("王^小东");
  });

  it("a GBK name that is also valid two-byte UTF-8 is Chinese where nothing claims UTF-8", () => {
    // 模: C4 A3 is also U+0123
    expect(name(Uint8Array.of(0xc4, 0xa3), "ISO_IR 100")).toBe("模");
    expect(name(Uint8Array.of(0xc4, 0xa3), "ISO_IR 192")).toBe("ģ");
  });

  it("an unreadable byte is the replacement character", () => {
    expect(name(Uint8Array.of(0x41, 0xff), "ISO_IR 192")).toBe("A\ufffd");
  });
});

const folder = "../shared/data/dicom/charsets";
// The test files are not part of the project: without them these cases cannot run.
describe.skipIf(!existsSync(folder))("files of other toolkits", () => {
  it.each([
    // expected: dcmdump +U8, and for the Japanese ones the examples H.3.1 of PS3.5
    ["chrArab.dcm", "قباني^لنزار"],
    ["chrFren.dcm", "Buc^Jérôme"],
    ["chrGB2312.dcm", "Zhang^XiaoDong=张^小东="],
    ["chrGerm.dcm", "Äneas^Rüdiger"],
    ["chrGreek.dcm", "Διονυσιος"],
    ["chrH31.dcm", "Yamada^Tarou=山田^太郎=やまだ^たろう"],
    ["chrHbrw.dcm", "שרון^דבורה"],
    ["chrI2.dcm", "Hong^Gildong=洪^吉洞=홍^길동"],
    ["chrJapMulti.dcm", "やまだ^たろう"],
    ["chrJapMultiExplicitIR6.dcm", "やまだ^たろう"],
    ["chrRuss.dcm", "Люкceмбypг"],
    ["chrX2.dcm", "Wang^XiaoDong=王^小东="],
    ["Lena-greek.dcm", "Test-Θ"],
    ["Lena-shift-jis.dcm", "Test-ДΘﾈ"],
    ["Lena-utf8.dcm", "Test-éüäöòДΘĝדصķћ๛ﾈİ"],
  ])("%s", (file, expected) => {
    const dataSet = dicomParser.parseDicom(readFileSync(`${folder}/${file}`), { untilTag: "x7fe00010" });
    const element = dataSet.elements.x00100010;
    const bytes = dataSet.byteArray.subarray(
      element?.dataOffset ?? 0,
      (element?.dataOffset ?? 0) + (element?.length ?? 0),
    );
    expect(name(bytes, dataSet.string("x00080005"))).toBe(expected);
  });
});
