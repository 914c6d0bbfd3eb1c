import type { ApiProblem } from "../../api/call-api.ts";
import type { ZipEntry } from "./zip-directory.ts";

/** Where the bytes of an item are. Nothing is held unpacked: an entry of a zip is read again when it is wanted. */
export type ItemSource =
  | { readonly kind: "file"; readonly file: File }
  | { readonly kind: "zip"; readonly zip: File; readonly entry: ZipEntry };

/**
 * waiting: not looked at yet · inspected: header read, the hub not asked yet whether it has it · ready: to be sent ·
 * sending · stored: sent and confirmed · already: the hub had these very bytes · refused · skipped: not for the hub
 * (DICOMDIR, files of the operating system) · cancelled · lost: from before a reload, its bytes are to be added again
 */
export type ItemState =
  | "waiting"
  | "inspected"
  | "ready"
  | "sending"
  | "stored"
  | "already"
  | "refused"
  | "skipped"
  | "cancelled"
  | "lost";

/** Reasons the browser itself finds; the others are codes of the hub. */
export type LocalReason =
  | "junk-file"
  | "dicomdir"
  | "empty-file"
  | "not-dicom"
  | "unreadable-file"
  | "zip-unreadable"
  | "zip-encrypted"
  | "zip-method"
  | "zip-damaged"
  | "zip-nested"
  | "zip-too-large";

export interface UploadReason {
  readonly code: LocalReason | ApiProblem["code"];
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface InstanceHeader {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/** One line of an upload. `path` is as the person knows it: folder/…/file, or archive.zip/…/file. */
export interface UploadItem {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  readonly source: ItemSource | null;
  readonly state: ItemState;
  readonly header: InstanceHeader | null;
  /** Null when it cannot be told cheaply; such an item is sent and the hub tells. */
  readonly dataSetSha256: string | null;
  readonly sentBytes: number;
  readonly reason: UploadReason | null;
}

export const OPEN_STATES: ReadonlySet<ItemState> = new Set(["waiting", "inspected", "ready", "sending"]);
