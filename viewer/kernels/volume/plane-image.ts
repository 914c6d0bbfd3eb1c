import type { PatientVector } from "../../../core/image/patient-vector.ts";
import { difference, scaled, sum } from "./patient-arithmetic.ts";
import { finestPixelMm, type Plane, planeNormal } from "./plane.ts";
import { sampleLine, voxelStep } from "./sample-line.ts";
import { addLayer, clearRow, type SlabMode, slabRow, writeRow } from "./slab-row.ts";
import type { Volume } from "./volume.ts";

/** What is looked through: `thicknessMm` across, half of it before the plane, half behind. */
export interface Slab {
  readonly mode: SlabMode;
  readonly thicknessMm: number;
}

/** Pixels in the voxels' own numbers (HU for usual CT, see `Volume.values.rescale`), OUTSIDE where the volume is not. */
export interface PlaneImage {
  readonly columns: number;
  readonly rows: number;
  readonly pixels: Int16Array;
  /** Of the pixels inside; 0 when none is. */
  readonly min: number;
  readonly max: number;
  readonly inside: number;
}

/**
 * Layers of a slab are at most so much of a voxel apart, in the direction in which voxels follow most closely. What is one
 * voxel thick keeps at least 0.7 of its height in a MIP (a layer passes within 0.3 of its middle); a mean needs fewer.
 */
const LAYER_VOXELS: Readonly<Record<SlabMode, number>> = { average: 1, mip: 0.6, minip: 0.6 };
const MOST_LAYERS = 2048;

/**
 * The image of a plane: each pixel interpolated between its eight voxels, or, with a slab, combined of layers through its
 * thickness. `into` (of columns × rows) saves the new array of every drag. Throws a RangeError when it, or `voxels`, has
 * another size.
 */
export function planeImage(
  volume: Volume,
  voxels: Int16Array,
  plane: Plane,
  { slab, into }: { readonly slab?: Slab | undefined; readonly into?: Int16Array | undefined } = {},
): PlaneImage {
  const { columns, rows } = plane;
  if (voxels.length < volume.columns * volume.rows * volume.slices)
    throw new RangeError(`${voxels.length} voxels for ${volume.columns} × ${volume.rows} × ${volume.slices}`);
  const pixels = into ?? new Int16Array(columns * rows);
  if (pixels.length !== columns * rows) throw new RangeError(`${pixels.length} pixels for ${columns} × ${rows}`);

  const step = voxelStep(volume, scaled(plane.right, plane.mmPerPixel));
  const downward = scaled(plane.down, plane.mmPerPixel);
  const corner = firstPixel(plane);
  const layers = layerOffsets(volume, plane, slab);
  const sampled = new Float32Array(columns);
  const row = slabRow(slab?.mode ?? "average", columns);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let inside = 0;
  for (let y = 0; y < rows; y++) {
    const left = difference(sum(corner, scaled(downward, y)), volume.origin);
    clearRow(row);
    for (const offset of layers) {
      const start = voxelStep(volume, sum(left, offset));
      addLayer(row, sampled, sampleLine(volume, voxels, { start, step, count: columns }, sampled));
    }
    const written = writeRow(row, pixels, y * columns);
    inside += written.inside;
    if (written.min < min) min = written.min;
    if (written.max > max) max = written.max;
  }
  return { columns, rows, pixels, min: inside > 0 ? min : 0, max: inside > 0 ? max : 0, inside };
}

/** Centre of the first pixel, mm. */
function firstPixel({ centre, right, down, columns, rows, mmPerPixel }: Plane): PatientVector {
  const toLeft = scaled(right, (-(columns - 1) / 2) * mmPerPixel);
  return sum(centre, sum(toLeft, scaled(down, (-(rows - 1) / 2) * mmPerPixel)));
}

/** The middles of equal layers, as ways from the plane; the plane itself without a slab. */
function layerOffsets(volume: Volume, plane: Plane, slab: Slab | undefined): readonly PatientVector[] {
  if (!slab || !(slab.thicknessMm > 0)) return [[0, 0, 0]];
  const normal = planeNormal(plane);
  const perMm = voxelStep(volume, normal);
  // two slices nearly at one place do not call for hundreds of layers
  const gapMm = Math.max(narrowestGapMm(volume), finestPixelMm(volume) / 2);
  const voxelsPerMm = Math.max(Math.abs(perMm.i), Math.abs(perMm.j), Math.abs(perMm.place) / gapMm);
  const count = Math.min(
    MOST_LAYERS,
    Math.max(1, Math.ceil((slab.thicknessMm * voxelsPerMm) / LAYER_VOXELS[slab.mode])),
  );
  return Array.from({ length: count }, (_, layer) => scaled(normal, ((layer + 0.5) / count - 0.5) * slab.thicknessMm));
}

function narrowestGapMm({ places }: Volume): number {
  return places.reduce((least, place, k) => (k > 0 ? Math.min(least, place - (places[k - 1] ?? 0)) : least), Infinity);
}
