import { askTestBench } from "./ask-test-bench.ts";

/** The connection string of an empty database of one's own, on the run's shared Postgres. The user is a superuser. */
export function createTestDatabase(): Promise<string> {
  return askTestBench("database");
}
