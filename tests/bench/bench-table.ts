/** One line of a driver. */
interface Measure {
  readonly measure: string;
  readonly ms?: number;
  readonly instances_s?: number;
  readonly p50_ms?: number;
  readonly p95_ms?: number;
  readonly peak_rss_mb?: number;
  readonly ok?: boolean;
}

export type Measures = ReadonlyMap<string, Measure>;

interface Row {
  readonly name: string;
  readonly measure: string;
  readonly field: "instances_s" | "ms" | "p50_ms" | "p95_ms";
  readonly goal: string;
}

const ROWS: readonly Row[] = [
  { name: "C-STORE, 1 association", measure: "cstore.x1", field: "instances_s", goal: "≥ 2×" },
  { name: "C-STORE, 4 associations", measure: "cstore.x4", field: "instances_s", goal: "≥ 1.5×" },
  { name: "STOW-RS, 300 in one request", measure: "stow.one_request", field: "instances_s", goal: "≥ 2.5×" },
  { name: "STOW-RS, batches of 10", measure: "stow.batch10", field: "instances_s", goal: "≥ 2.5×" },
  { name: "STOW-RS, batches of 10, 4 at once", measure: "stow.batch10.x4", field: "instances_s", goal: "" },
  { name: "C-GET", measure: "cget", field: "instances_s", goal: "" },
  { name: "C-MOVE", measure: "cmove", field: "instances_s", goal: "" },
  { name: "WADO-RS study, 158 MB", measure: "wado.study", field: "instances_s", goal: "≥ 1.2×" },
  { name: "series /metadata, 300 instances", measure: "wado.series.metadata", field: "ms", goal: "≤ 40 ms" },
  { name: "300 frames over 6 connections", measure: "wado.frames.x6", field: "instances_s", goal: "≥ 8×" },
  { name: "a frame of them, p95", measure: "wado.frames.x6", field: "p95_ms", goal: "≤ 20 ms" },
  { name: "rendered frame", measure: "wado.frame.rendered.window", field: "ms", goal: "≤ 9 ms" },
  { name: "thumbnail of a series", measure: "wado.series.thumbnail", field: "ms", goal: "≤ 5 ms" },
  { name: "QIDO, 50 studies, p50", measure: "qido.studies.limit50", field: "p50_ms", goal: "≤ 15 ms" },
  { name: "QIDO, a name, p50", measure: "qido.studies.name_wildcard", field: "p50_ms", goal: "" },
  { name: "QIDO while 4 associations store, p95", measure: "qido.while.storing", field: "p95_ms", goal: "≤ 50 ms" },
];

const UNITS = { instances_s: "/s", ms: " ms", p50_ms: " ms", p95_ms: " ms" } as const;

/** The measures as a table in Markdown: medians, and how many times better than the peer. */
export function benchTable(sets: {
  readonly bound: Measures;
  readonly orthanc: Measures;
  readonly hub: Measures;
}): string {
  const { bound, orthanc, hub } = sets;
  const rows = ROWS.map(({ name, measure, field, goal }) => {
    const [peer, own] = [orthanc, hub].map((set) => figureOf(set.get(measure), field));
    return `| ${[name, text(peer, field), text(own, field), ratio(peer, own, field), goal].join(" | ")} |`;
  });
  const storescp = figureOf(bound.get("bound.storescp.files"), "instances_s");
  const stored = figureOf(hub.get("cstore.x1"), "instances_s");
  return [
    "| measure | Orthanc | hub | ratio | goal |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    `| C-STORE beside dcmtk's storescp to files (no sync, no index) | ${text(storescp, "instances_s")} | ${text(stored, "instances_s")} | ${storescp && stored ? (stored / storescp).toFixed(2) : "—"} | ≥ 0.5 |`,
    `| peak memory of one process | ${peak(orthanc)} MB | ${peak(hub)} MB |  | ≤ 350 MB |`,
    "",
    "Durable before Success on both sides: Orthanc syncs each file (SyncStorageArea); the hub syncs file and folder, and Postgres its log.",
  ].join("\n");
}

function figureOf(measure: Measure | undefined, field: Row["field"]): number | undefined {
  return measure?.ok === false ? undefined : measure?.[field];
}

function text(value: number | undefined, field: Row["field"]): string {
  return value === undefined ? "—" : `${value >= 100 ? Math.round(value) : Math.round(value * 10) / 10}${UNITS[field]}`;
}

function ratio(peer: number | undefined, own: number | undefined, field: Row["field"]): string {
  if (!peer || !own) return "—";
  return `${(field === "instances_s" ? own / peer : peer / own).toFixed(1)}×`;
}

function peak(measures: Measures): number {
  return Math.max(...[...measures.values()].map((measure) => measure.peak_rss_mb ?? 0));
}
