import { expect, test } from "vitest";
import { ageText } from "./demo-dates.ts";
import { DEMO_PEOPLE } from "./demo-people.ts";
import { encodeText } from "./text-encoder.ts";

test("demo people have identifiers of their own and names that every Chinese character set holds", () => {
  expect(new Set(DEMO_PEOPLE.map(({ id }) => id)).size).toBe(DEMO_PEOPLE.length);
  for (const { nameLatin, nameHan, birthDate } of DEMO_PEOPLE) {
    expect(nameLatin).toMatch(/^[A-Za-z]+\^[A-Za-z]+$/);
    expect(nameHan).toMatch(/^\p{Script=Han}+\^\p{Script=Han}+$/u);
    expect(birthDate).toMatch(/^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/);
    expect(() => encodeText(`${nameLatin}=${nameHan}`, "\\ISO 2022 IR 58", true)).not.toThrow();
  }
});

test("one of them is a woman of 77", () => {
  const women = DEMO_PEOPLE.filter(({ sex, birthDate }) => sex === "F" && ageText(birthDate, "20261122") === "077Y");
  expect(women).toHaveLength(1);
});
