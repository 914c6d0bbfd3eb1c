import { spawnSync } from "node:child_process";

/** David Clunie's validator of IODs (Debian's dicom3tools): a second opinion on what is valid, by PS3.3. */
export const hasDciodvfy = spawnSync("dciodvfy", ["-version"], { stdio: "ignore" }).error === undefined;

/** What it calls an error, each once, without the values that differ from file to file. */
export function iodErrors(file: string): ReadonlySet<string> {
  const { stderr, stdout } = spawnSync("dciodvfy", [file], { encoding: "latin1", maxBuffer: 64 * 1024 * 1024 });
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
  return new Set(lines.map((line) => line.replace(/ (?:Value|value)? ?[=-] ?<[^>]*>/g, "").replace(/\[\d+\]/g, "[]")));
}
