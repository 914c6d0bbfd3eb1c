import { inject } from "vitest";

/** One question to the process that holds the shared servers of this run. */
export async function askTestBench(what: "database" | "redis" | "data-folder"): Promise<string> {
  const response = await fetch(`${inject("testBenchUrl")}/${what}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`test bench: ${text}`);
  return text;
}
