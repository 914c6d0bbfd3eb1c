import { expect, test } from "vitest";
import type { Role } from "../../core/access/policy.ts";
import { deskOf, desksOf, mayEnter } from "./desks.ts";

const session = (...roles: readonly Role[]) => ({ roles: roles.map((role) => ({ role, site: null })) });
const paths = (...roles: readonly Role[]) => desksOf(session(...roles)).map((desk) => desk.path);

test("each role has its desk, in a fixed order", () => {
  expect(paths("gp", "technician")).toEqual(["/technician", "/technician/orders", "/gp"]);
  expect(paths("reader", "countersigner")).toEqual(["/reading"]);
  expect(paths()).toEqual([]);
});

test("a page belongs to the innermost desk", () => {
  expect(deskOf("/technician/orders")?.path).toBe("/technician/orders");
  expect(deskOf("/technician/upload")?.path).toBe("/technician");
  expect(deskOf("/sign-in")).toBeUndefined();
});

test("a desk is entered by its role, images by whoever the hub lets see them", () => {
  expect(mayEnter(session("gp"), "/gp/reports/1")).toBe(true);
  expect(mayEnter(session("gp"), "/technician")).toBe(false);
  expect(mayEnter(session("gp"), "/reading")).toBe(false);
  expect(mayEnter(session("gp"), "/reading/1.2.3")).toBe(true);
  expect(mayEnter(session("gp"), "/gpx")).toBe(true); // no desk: the page for what is not there
});
