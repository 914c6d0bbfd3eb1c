import { askTestBench } from "./ask-test-bench.ts";

/** An empty folder for HUB_DATA, removed with all that runs on it when the run ends or is killed. */
export function createTestDataFolder(): Promise<string> {
  return askTestBench("data-folder");
}
