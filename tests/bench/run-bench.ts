import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { clearDataFolder } from "../support/clear-data-folder.ts";
import { type HubUnderTest, startHub } from "../support/hub-under-test.ts";
import { benchTable, type Measures } from "./bench-table.ts";
import { fillPageCache } from "./fill-page-cache.ts";

/**
 * `npm run bench`: the hub beside Orthanc on this machine, one after the other in one sitting, by drivers that know neither.
 * Both have been up for a while: the memory is in use (fill-page-cache), and each has served the driver once uncounted. They stand
 * beside the project (BENCH_DIR, ../shared/bench): dimse-bench.sh, dicomweb-bench.mjs, orthanc-peer.sh.
 */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    studies: { type: "string", default: "5000" },
    queries: { type: "string", default: "40" },
  },
});
const ROOT = path.resolve(import.meta.dirname, "../..");
const BENCH_DIR = path.resolve(process.env.BENCH_DIR ?? path.join(ROOT, "../shared/bench"));
const DRIVERS = ["dimse-bench.sh", "dicomweb-bench.mjs", "orthanc-peer.sh"].map((name) => path.join(BENCH_DIR, name));

const missing = DRIVERS.filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(
    `the bench's drivers are not there: ${missing.map((file) => path.basename(file)).join(", ")} (BENCH_DIR)`,
  );
  process.exit(1);
}
const [dimse = "", dicomweb = "", orthancPeer = ""] = DRIVERS;
const scratch = await mkdtemp(path.join(tmpdir(), "hub-bench-"));
try {
  const bound = await run("bash", [dimse, "--bound"], {});
  const orthanc = await measureOrthanc();
  const hub = await measureHub();
  console.log(benchTable({ bound, orthanc, hub }));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function measureOrthanc(): Promise<Measures> {
  await fillPageCache(scratch);
  const commands = [
    `RUNS=1 bash '${dimse}' $DIMSE > /dev/null`,
    `PID=$ORTHANC_PID MOVE_PORT=11199 bash '${dimse}' $DIMSE`,
    `'${process.execPath}' '${dicomweb}' --base $DICOMWEB --pid $ORTHANC_PID ${dicomwebOptions().join(" ")}`,
  ];
  return run("bash", [orthancPeer, "--", "bash", "-c", commands.join("; ")], {});
}

async function measureHub(): Promise<Measures> {
  const dataDir = path.join(scratch, "data");
  const logFile = path.join(scratch, "hub.log");
  await fillPageCache(scratch);
  const hub = await startHub({ dataDir, logFile, until: "demo-stored" });
  try {
    hubCommand(dataDir, ["ae", "add", "BENCH", "--site", "yanji", "--host", "127.0.0.1", "--port", "11199"]);
    const key = hubCommand(dataDir, ["key", "create", "--user", "tech", "--name", "bench"]);
    const pids = await processesOf(logFile);
    await run("bash", [dimse, "127.0.0.1", String(hub.dicomPort), "HUB"], { RUNS: "1" });
    const dicom = await run("bash", [dimse, "127.0.0.1", String(hub.dicomPort), "HUB"], {
      PID: String(pids.get("dicom")),
      MOVE_PORT: "11199",
    });
    const base = `${hub.url}/dicom-web`;
    const header = `Authorization: Bearer ${key}`;
    const options = ["--base", base, "--header", header, "--pid", String(pids.get("http")), ...dicomwebOptions()];
    const web = await run(process.execPath, [dicomweb, ...options], {});
    return new Map([...dicom, ...web, ...(await whileStoring(hub, header))]);
  } finally {
    await hub.stop();
    await clearDataFolder(dataDir);
  }
}

/** QIDO while four associations store. */
async function whileStoring(hub: HubUnderTest, header: string): Promise<Measures> {
  const storing = run("bash", [dimse, "127.0.0.1", String(hub.dicomPort), "HUB"], { RUNS: "2" });
  const times: number[] = [];
  const [name = "", value = ""] = header.split(": ");
  let isStoring = true;
  void storing.finally(() => {
    isStoring = false;
  });
  while (isStoring) {
    const began = performance.now();
    const answer = await fetch(`${hub.url}/dicom-web/studies?limit=50`, { headers: { [name]: value } });
    await answer.arrayBuffer();
    times.push(performance.now() - began);
  }
  await storing;
  times.sort((a, b) => a - b);
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0;
  return new Map([["qido.while.storing", { measure: "qido.while.storing", p95_ms: Math.round(p95 * 10) / 10 }]]);
}

function dicomwebOptions(): readonly string[] {
  return ["--runs", values.runs, "--studies", values.studies, "--queries", values.queries];
}

/** Runs a driver to its end; its measures, one JSON line each, by name. What it says beside them goes to stderr. */
async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Measures> {
  console.error(`bench: ${path.basename(args.find((arg) => arg.startsWith(BENCH_DIR)) ?? command)}`);
  const child = spawn(command, args, {
    env: { ...process.env, RUNS: values.runs, TMPDIR: scratch, TCP_NODELAY: "1", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const part of child.stdout) said += String(part);
  const lines = said.split("\n").filter((line) => line.startsWith("{"));
  return new Map(lines.map((line) => JSON.parse(line)).map((measure) => [measure.measure, measure]));
}

function hubCommand(dataDir: string, args: readonly string[]): string {
  const env = { ...process.env, HUB_DATA: dataDir };
  return execFileSync(process.execPath, [path.join(ROOT, "bin/hub.ts"), ...args], { env, encoding: "utf8" }).trim();
}

async function processesOf(logFile: string): Promise<ReadonlyMap<string, number>> {
  const said = (await readFile(logFile, "utf8")).matchAll(/"role":"(\w+)","pid":(\d+)/g);
  return new Map([...said].map(([, role = "", pid]) => [role, Number(pid)]));
}
