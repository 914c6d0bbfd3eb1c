import { expect, it } from "vitest";
import { markOf } from "./local-drafts.ts";
import { reconcileDraft } from "./reconcile-draft.ts";

const hub = { findings: "甲", impression: "乙", revision: 4 };
const local = { findings: "甲丙", impression: "乙", basedOn: 4, editedAt: 1000, sent: [] };

it("opens with the hub's text when this machine kept none", () => {
  expect(reconcileDraft(null, hub)).toEqual({ kind: "hub", text: { findings: "甲", impression: "乙" }, revision: 4 });
});

it("opens with the hub's text when both are the same, whatever the revision says", () => {
  expect(reconcileDraft({ ...local, findings: "甲", basedOn: 1 }, hub).kind).toBe("hub");
});

it("restores what was typed on after the hub's last revision", () => {
  expect(reconcileDraft(local, hub)).toEqual({
    kind: "restored",
    text: { findings: "甲丙", impression: "乙" },
    revision: 4,
    editedAt: 1000,
  });
});

it("knows the hub's newer revision as its own save whose answer was lost", () => {
  const sent = [markOf({ findings: "甲", impression: "乙" })];
  expect(reconcileDraft({ ...local, basedOn: 3, sent }, hub)).toMatchObject({ kind: "restored", revision: 4 });
});

it("asks when another window saved something else meanwhile", () => {
  const sent = [markOf({ findings: "甲丁", impression: "乙" })];
  expect(reconcileDraft({ ...local, basedOn: 3, sent }, hub)).toMatchObject({ kind: "conflict", hub });
  expect(reconcileDraft({ ...local, basedOn: 3 }, hub).kind).toBe("conflict");
});

it("restores a first text that never reached the hub", () => {
  const none = { findings: "", impression: "", revision: 0 };
  expect(reconcileDraft({ ...local, basedOn: 0 }, none)).toMatchObject({ kind: "restored", revision: 0 });
});
