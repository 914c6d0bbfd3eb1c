import { expect, it } from "vitest";
import { nextTask } from "./next-task.ts";
import type { ListedTask } from "./sort-tasks.ts";

function listed(id: string, state: ListedTask["task"]["state"], urgency: "routine" | "urgent" = "routine"): ListedTask {
  return { task: { id, state, urgency, dueAt: "2026-11-23T04:00:00Z", finalAt: null } } as ListedTask;
}

it("takes the own begun work before the list, the most urgent first, and never the one just finished", () => {
  const lists = {
    countersign: [listed("c", "preliminary")],
    mine: [listed("now", "claimed")],
    open: [listed("a", "ready"), listed("b", "ready", "urgent")],
  };
  expect(nextTask("now", lists, "submitted")?.listed.task.id).toBe("b");
  expect(
    nextTask("now", { ...lists, mine: [listed("now", "claimed"), listed("m", "claimed")] }, "submitted"),
  ).toMatchObject({
    view: "mine",
    listed: { task: { id: "m" } },
  });
});

it("goes on with signatures after a signature", () => {
  const lists = { countersign: [listed("c", "preliminary")], mine: [listed("m", "claimed")], open: [] };
  expect(nextTask("x", lists, "countersigned")?.view).toBe("countersign");
  expect(nextTask("c", lists, "returned")?.view).toBe("mine");
});

it("does not offer what waits for someone else's signature", () => {
  expect(nextTask("x", { countersign: [], mine: [listed("p", "preliminary")], open: [] }, "submitted")).toBeNull();
});

it("is nothing when all is read", () => {
  expect(nextTask("x", { countersign: [], mine: [], open: [] }, "submitted")).toBeNull();
});
