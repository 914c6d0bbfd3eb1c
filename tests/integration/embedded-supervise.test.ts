import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { identifyProcess, isRunning, type ProcessIdentity } from "../../core/infra/embedded/process-identity.ts";
import { type RunningScript, runScript } from "../support/run-script.ts";

let parent: RunningScript | undefined;
afterEach(async () => {
  if (parent?.child.exitCode === null && parent.child.signalCode === null) await parent.kill("SIGKILL");
});

async function servingPid(script: RunningScript): Promise<ProcessIdentity> {
  const [word, pid] = (await script.nextLine()).split(" ");
  expect(word).toBe("serving");
  const identity = identifyProcess(Number(pid));
  if (identity === undefined) throw new Error("the child is not there");
  return identity;
}

async function goneWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isRunning(identity) && Date.now() < deadline) await sleep(20);
  return !isRunning(identity);
}

describe("a supervised process", () => {
  test("serves again when it was killed, and once more", async () => {
    parent = runScript("supervised-process.ts", "parent");
    let last = await servingPid(parent);
    for (const pauseMs of [200, 400]) {
      const killed = Date.now();
      process.kill(last.pid, "SIGKILL");
      const next = await servingPid(parent);
      expect(next.pid).not.toBe(last.pid);
      // the pause, and then the start of a Node process
      expect(Date.now() - killed).toBeGreaterThanOrEqual(pauseMs);
      last = next;
    }
  });

  test("is stopped in order with its parent", async () => {
    parent = runScript("supervised-process.ts", "parent");
    const child = await servingPid(parent);
    await sleep(100); // until the parent has heard that it is ready and listens to signals
    await parent.kill("SIGTERM");
    expect(parent.child.exitCode).toBe(0);
    expect(await parent.nextLine()).toBe(`stopped ${child.pid}`);
    expect(isRunning(child)).toBe(false);
  });

  test("does not outlive a parent that was killed", async () => {
    parent = runScript("supervised-process.ts", "parent");
    const child = await servingPid(parent);
    await parent.kill("SIGKILL");
    expect(await goneWithin(child, 5_000)).toBe(true);
  });
});
