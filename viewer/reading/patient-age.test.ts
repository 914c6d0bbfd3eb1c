import { expect, it } from "vitest";
import { patientAge } from "./patient-age.ts";

it.each([
  ["077Y", "", "", { value: 77, unit: "Y" }],
  ["003W", "20200101", "20261122", { value: 3, unit: "W" }],
  ["", "19501123", "20261122", { value: 75, unit: "Y" }], // a day before the birthday
  ["", "19501122", "20261122", { value: 76, unit: "Y" }],
  ["", "20251022", "20261122", { value: 13, unit: "M" }],
  ["", "", "20261122", null],
  ["77", "20270101", "20261122", null],
  ["208Y", "18000101", "20080101", null],
  ["", "18000101", "20080101", null], // 208 years
  ["", "18961122", "20261122", { value: 130, unit: "Y" }],
  ["", "18951122", "20261122", null],
] as const)("%j born %j, examined %j", (age, birth, study, expected) => {
  expect(patientAge(age, birth, study)).toEqual(expected);
});
