import type { TestProject } from "vitest/node";
import { sharedDataLine } from "./shared-data.ts";
import { startTestBench, type TestBench } from "./test-bench.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a test file asks for its own database, Redis or data folder. */
    testBenchUrl: string;
  }
}

/** Runs once for each project, all in one process, possibly from separate copies of this module: hence the global. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = globalThis as { hubTestBench?: { bench: Promise<TestBench>; users: number } };
  if (shared.hubTestBench === undefined) {
    console.log(sharedDataLine());
    shared.hubTestBench = { bench: startTestBench(), users: 0 };
  }
  const held = shared.hubTestBench;
  held.users += 1;
  project.provide("testBenchUrl", (await held.bench).url);
  return async () => {
    held.users -= 1;
    if (held.users > 0) return;
    delete shared.hubTestBench;
    await (await held.bench).close();
  };
}
