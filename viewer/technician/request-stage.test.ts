import { expect, test } from "vitest";
import type { TaskSummary } from "../../core/api/payloads/task-summary.ts";
import { requestStage } from "./request-stage.ts";

const task = (state: TaskSummary["state"]) => ({ state }) as TaskSummary;

test("a study without a task can be asked for once it is complete", () => {
  expect(requestStage({ state: "receiving", task: null })).toBe("receiving");
  expect(requestStage({ state: "complete", task: null })).toBe("askable");
  expect(requestStage({ state: "complete", task: task("withdrawn") })).toBe("askable");
});

test("the request can be changed until a doctor has it, also while late images come", () => {
  expect(requestStage({ state: "receiving", task: task("ready") })).toBe("changeable");
  expect(requestStage({ state: "complete", task: task("ordered") })).toBe("changeable");
  expect(requestStage({ state: "complete", task: task("claimed") })).toBe("with-reader");
  expect(requestStage({ state: "complete", task: task("preliminary") })).toBe("with-reader");
  expect(requestStage({ state: "complete", task: task("acknowledged") })).toBe("reported");
});
