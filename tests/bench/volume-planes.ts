import type { PatientVector } from "../../core/image/patient-vector.ts";
import {
  type PhantomStack,
  phantomFrames,
  STRAIGHT_STACK,
  tiltedStack,
} from "../../viewer/kernels/volume/phantom-for-tests.ts";
import { obliquePlane, PLANE_AXES, type Plane, planeOver } from "../../viewer/kernels/volume/plane.ts";
import { planeImage, type Slab } from "../../viewer/kernels/volume/plane-image.ts";
import { volumeOfFrames } from "../../viewer/kernels/volume/volume-of-frames.ts";

/**
 * `node tests/bench/volume-planes.ts [runs]`: ms for each plane of 300 × 512² voxels in shared memory. First the mean time
 * of the processor, which a busy machine changes little, then median and 95th percentile by the clock. Each run goes
 * through a fresh place, as when dragging.
 */
const RUNS = Number(process.argv[2] ?? 40);
const SIZE = 512;
const SLICES = 300;

const places = Array.from({ length: SLICES }, (_, k) => k - (SLICES - 1) / 2);
const uneven = places.map((place, k) => place + (k % 3 === 0 ? 0.2 : 0));
const fine = { columns: SIZE, rows: SIZE, columnMm: 0.7, rowMm: 0.7, thicknessMm: 1 } as const;
const stacks: readonly (readonly [string, PhantomStack])[] = [
  ["even", { ...STRAIGHT_STACK, ...fine, places }],
  ["tilt 15°", { ...tiltedStack(15, places), ...fine }],
  ["tilt 15°, uneven", { ...tiltedStack(15, uneven), ...fine }],
];
const voxels = new Int16Array(new SharedArrayBuffer(SIZE * SIZE * SLICES * 2));
for (let index = 0; index < voxels.length; index++) voxels[index] = ((index * 2654435761) >>> 20) - 1024;

const oblique = { right: [0.9, 0.3, 0.3], down: [-0.2, 0.7, -0.7] } as const;
const mip: Slab = { mode: "mip", thicknessMm: 10 };

console.log(
  "| ms (processor, median, p95) | size | even | tilt 15° | tilt 15°, uneven |\n| --- | --- | --- | --- | --- |",
);
const rows: readonly (readonly [
  string,
  Pick<Plane, "right" | "down">,
  "over" | "square" | "half",
  Slab | undefined,
])[] = [
  ["axial", PLANE_AXES.axial, "over", undefined],
  ["coronal", PLANE_AXES.coronal, "over", undefined],
  ["sagittal", PLANE_AXES.sagittal, "over", undefined],
  ["oblique", oblique, "square", undefined],
  ["oblique, MIP 10 mm", oblique, "square", mip],
  ["oblique, average 10 mm", oblique, "square", { ...mip, mode: "average" }],
  ["oblique, MIP 10 mm, half resolution", oblique, "half", mip],
  ["coronal, MIP 10 mm", PLANE_AXES.coronal, "over", mip],
  ["axial, MIP 10 mm", PLANE_AXES.axial, "over", mip],
];
for (const [name, axes, kind, slab] of rows) {
  const cells = stacks.map(([, stack]) => timed(stack, axes, kind, slab));
  console.log(`| ${name} | ${cells[0]?.size} | ${cells.map(({ ms }) => ms).join(" | ")} |`);
}

function timed(
  stack: PhantomStack,
  axes: Pick<Plane, "right" | "down">,
  kind: "over" | "square" | "half",
  slab: Slab | undefined,
): { readonly size: string; readonly ms: string } {
  const answer = volumeOfFrames(phantomFrames(stack));
  if (answer.kind === "refused") throw new Error(answer.refusal.reason);
  const { volume } = answer;
  const times: number[] = [];
  let processorMs = 0;
  let size = "";
  for (let run = -5; run < RUNS; run++) {
    const through: PatientVector = [run * 1.3, run * -1.1, run * 0.9];
    const plane =
      kind === "over"
        ? planeOver(volume, axes, through, 0.7)
        : obliquePlane({
            ...axes,
            centre: through,
            columns: kind === "half" ? SIZE / 2 : SIZE,
            rows: kind === "half" ? SIZE / 2 : SIZE,
            mmPerPixel: kind === "half" ? 1.4 : 0.7,
          });
    size = `${plane.columns} × ${plane.rows}`;
    const start = performance.now();
    const startProcessor = process.threadCpuUsage();
    planeImage(volume, voxels, plane, { slab });
    const { user, system } = process.threadCpuUsage(startProcessor);
    if (run < 0) continue; // the first ones are compiled
    times.push(performance.now() - start);
    processorMs += (user + system) / 1000;
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
  return { size, ms: `${(processorMs / RUNS).toFixed(1)}, ${at(0.5)}, ${at(0.95)}` };
}
