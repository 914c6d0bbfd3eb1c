import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { AUDIT_ACTIONS } from "./audit-actions.ts";

const POSTGRES = path.join(import.meta.dirname, "../infra/postgres");

/** What SQL writes is not seen by the compiler: `'study.reject', 'done'`, and the same with parameters before it. */
test("what is written into the audit by SQL is on the list", () => {
  const files = [
    "archive-index.ts",
    ...readdirSync(path.join(POSTGRES, "migrations")).map((name) => `migrations/${name}`),
  ];
  const written = files
    .map((file) => readFileSync(path.join(POSTGRES, file), "utf8"))
    .flatMap((text) => [...text.matchAll(/'([a-z-]+\.[a-z-]+)', '(?:done|refused)'/g)].map(([, action]) => action));
  expect(new Set(written)).toEqual(new Set(["instance.store", "study.reject"]));
  for (const action of written) expect(AUDIT_ACTIONS).toContain(action);
});

test("each stands there once", () => {
  expect(new Set(AUDIT_ACTIONS).size).toBe(AUDIT_ACTIONS.length);
});
