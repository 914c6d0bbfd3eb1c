/** Why frames make no volume. `frames` are indices in the frames asked about: the ones that do not fit. */
export type VolumeRefusal =
  | { readonly reason: "too-few-slices"; readonly slices: number }
  | { readonly reason: "too-large"; readonly voxels: number }
  | {
      readonly reason:
        | "colour"
        | "no-geometry"
        | "no-pixel-spacing"
        | "different-sizes"
        | "different-spacings"
        | "not-parallel"
        | "not-in-line"
        | "same-place";
      readonly frames: readonly number[];
    }
  /** Numbers that no 16-bit voxel holds, or that mean something else from slice to slice. */
  | { readonly reason: "values-too-wide" | "different-values"; readonly frames: readonly number[] }
  /** `hole`: far wider than the other gaps, as where slices are missing; `slices-apart`: most of the body is in no slice. */
  | { readonly reason: "hole" | "slices-apart"; readonly frames: readonly number[]; readonly gapMm: number };
