import type { DataSet } from "dicom-parser";
import * as namespace from "dicom-parser";

export type { DataSet } from "dicom-parser";

// dicom-parser is CommonJS behind a UMD wrapper: Node gives its exports as `default`, bundlers give them by name or both.
const parser = (namespace as { readonly default?: typeof namespace }).default ?? namespace;

type Options = Omit<NonNullable<Parameters<typeof namespace.parseDicom>[1]>, "vrCallback" | "inflater"> & {
  readonly vrCallback?: (tag: string) => string | undefined;
  readonly inflater?: (bytes: Uint8Array, position: number) => Uint8Array;
};

export const parseDicom: (bytes: Uint8Array, options?: Options) => DataSet = parser.parseDicom as never;
