import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metadataItems } from "./metadata-items.ts";

const items = (text: string, most = 10) => metadataItems(Buffer.from(text), most).map((item) => item.toString());

describe("the data sets of a metadata part", () => {
  it.each<[string, readonly string[]]>([
    ["[]", []],
    [" [ ] ", []],
    ["{}", ["{}"]],
    ['[{"a":[1,{"b":2}]}, {} ]', ['{"a":[1,{"b":2}]}', "{}"]],
    ['[{"a":"],\\\\\\"{"},{}]', ['{"a":"],\\\\\\"{"}', "{}"]],
    // whether these are JSON is seen by whoever parses them
    ["[1,,[}]", ["1", "", "[}"]],
  ])("%s", (text, expected) => {
    expect(items(text)).toEqual(expected);
  });

  it.each(["", " ", "text", "[", "]", "[{]", "[{}]]", "[{}],", "{},{}", '[{"a]', '[{"a\\"}]', "{}}", "[{}"])(
    "%j is refused",
    (text) => {
      expect(() => items(text)).toThrow();
    },
  );

  it("law: every one of an array of values, as JSON.parse has them", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (values, space) => {
        expect(items(JSON.stringify(values, null, space), 1000).map((item) => JSON.parse(item))).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });

  it("law: of any text, items or a refusal", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]{},:"\\a \n') }), (text) => {
        try {
          expect(items(text, 1000).every((item) => item === item.trim())).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: "request-invalid" });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("bounds how many there are, and how many values one has", () => {
    expect(() => items("[{},{},{}]", 2)).toThrow("too-large");
    expect(() => items(`[[${"0,".repeat(500_001)}0]]`)).toThrow("too-large");
    expect(items(`[[${"0,".repeat(300_000)}0],[${"0,".repeat(300_000)}0]]`)).toHaveLength(2);
  });
});
