import { createInterface } from "node:readline";
import { clearDataFolder } from "./clear-data-folder.ts";

/** Reads folder names until the test run's end of the pipe closes, be it by SIGKILL, and then clears what it left. */
const folders: string[] = [];
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
for await (const folder of createInterface({ input: process.stdin })) folders.push(folder);
for (const folder of folders) await clearDataFolder(folder);
