import type { PatientVector } from "../../../core/image/patient-vector.ts";
import type { VoxelValues } from "./voxel-values.ts";

/**
 * A stack of parallel slices as one block of voxels: where each voxel lies in the patient, and what its number means. The
 * voxels themselves are an Int16Array of columns × rows × slices, column fastest, often over shared memory. Data alone, so
 * that it passes to a worker.
 *
 * Voxel (i, j, k) lies at `origin + i · columnStep + j · rowStep + places[k] · sliceAxis`. Under a gantry tilt the slices
 * are shifted against each other, so `sliceAxis` is not the normal; the places are taken along the normal all the same.
 */
export interface Volume {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  /** Slice -> index in the frames the volume was made of. */
  readonly frameOfSlice: readonly number[];
  /** Centre of voxel (0, 0, 0), mm. */
  readonly origin: PatientVector;
  /** From a voxel to the next of its row, mm. */
  readonly columnStep: PatientVector;
  /** From a voxel to the one below it in its slice, mm. */
  readonly rowStep: PatientVector;
  readonly normal: PatientVector;
  /** How far the stack goes for each mm along the normal: `sliceAxis · normal` is 1. */
  readonly sliceAxis: PatientVector;
  /** Of each slice, along the normal from the first, mm; rising. */
  readonly places: Float64Array;
  /** Undefined where the slices are not evenly apart. */
  readonly evenGapMm: number | undefined;
  /** Column index per mm in each direction of the patient: `i = (point - origin) · columnGradient`. */
  readonly columnGradient: PatientVector;
  readonly rowGradient: PatientVector;
  /** Between the normal and the way the stack goes; 0 for a straight stack. */
  readonly tiltDeg: number;
  readonly widestGapMm: number;
  /** The most that lies between two slices and in neither of them, mm; undefined without a slice thickness. */
  readonly unsampledMm: number | undefined;
  readonly values: VoxelValues;
}
