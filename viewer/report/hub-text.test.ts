import { expect, it } from "vitest";
import { hubText } from "./hub-text.ts";

const claimed = { state: "claimed" as const };
const me = { id: "me", displayName: "我" };
const submitted = {
  version: 1,
  status: "preliminary" as const,
  findings: "提交的",
  impression: "乙",
  author: me,
  writtenAt: "2026-11-22T06:00:00Z",
  countersigner: null,
  signedAt: null,
};
const draft = (savedAt: string) => ({ revision: 5, findings: "草稿", impression: "甲", savedAt });

it("starts empty when nothing was written", () => {
  expect(hubText({ task: claimed, draft: null, versions: [] }, "me")).toEqual({
    findings: "",
    impression: "",
    revision: 0,
  });
});

it("goes on from a draft that was saved after the submission", () => {
  expect(hubText({ task: claimed, draft: draft("2026-11-22T06:00:01Z"), versions: [submitted] }, "me").findings).toBe(
    "草稿",
  );
});

it("goes on from the submitted text when that is newer, on the revision the hub expects", () => {
  const text = hubText({ task: claimed, draft: draft("2026-11-22T05:59:59Z"), versions: [submitted] }, "me");
  expect(text).toEqual({ findings: "提交的", impression: "乙", revision: 5 });
});

it("does not write on from someone else's text", () => {
  expect(
    hubText({ task: claimed, draft: null, versions: [{ ...submitted, author: { ...me, id: "other" } }] }, "me")
      .findings,
  ).toBe("");
});

it("gives the countersigner the author's text, then his own changes to it", () => {
  const task = { state: "preliminary" as const };
  expect(hubText({ task, draft: null, versions: [submitted] }, "second")).toMatchObject({
    findings: "提交的",
    revision: 0,
  });
  expect(hubText({ task, draft: draft("2026-11-22T07:00:00Z"), versions: [submitted] }, "second").findings).toBe(
    "草稿",
  );
});
