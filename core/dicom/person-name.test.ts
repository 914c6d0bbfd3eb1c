import { describe, expect, it } from "vitest";
import { parsePersonName, personNameDisplay, personNameText } from "./person-name.ts";

describe("person name", () => {
  it.each([
    ["Zhang^XiaoDong=张^小东=", { alphabetic: "Zhang^XiaoDong", ideographic: "张^小东", phonetic: "" }, "张小东"],
    [
      "Yamada^Tarou=山田^太郎=やまだ^たろう",
      { alphabetic: "Yamada^Tarou", ideographic: "山田^太郎", phonetic: "やまだ^たろう" },
      "山田太郎",
    ],
    ["=王^小东", { alphabetic: "", ideographic: "王^小东", phonetic: "" }, "王小东"],
    ["李娜", { alphabetic: "李娜", ideographic: "", phonetic: "" }, "李娜"],
    ["Doe^John^Q^Dr^Jr", { alphabetic: "Doe^John^Q^Dr^Jr", ideographic: "", phonetic: "" }, "Dr John Q Doe Jr"],
    ["Doe^^^^ ", { alphabetic: "Doe", ideographic: "", phonetic: "" }, "Doe"],
    ["", { alphabetic: "", ideographic: "", phonetic: "" }, ""],
  ])("parses %s", (value, groups, display) => {
    expect(parsePersonName(value)).toEqual(groups);
    expect(personNameDisplay(parsePersonName(value))).toBe(display);
  });

  it("gives back the text without empty groups at the end", () => {
    expect(personNameText(parsePersonName("Doe^Jane=="))).toBe("Doe^Jane");
    expect(personNameText(parsePersonName("=王^小东"))).toBe("=王^小东");
  });
});
