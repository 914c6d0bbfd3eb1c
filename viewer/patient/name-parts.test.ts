import { expect, it } from "vitest";
import { nameGroupOf, namePartsOf } from "./name-parts.ts";

it.each(["李^娜", "李娜", "", "Li^Na", "Li^Na^Mei^^MD", "^Na"])("%j comes back as it was", (group) => {
  expect(nameGroupOf(namePartsOf(group))).toBe(group);
});

it("changes what is written and keeps the rest", () => {
  expect(nameGroupOf({ ...namePartsOf("Li^Na^Mei"), given: " Nuo " })).toBe("Li^Nuo^Mei");
});
