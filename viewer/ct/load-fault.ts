/** Why a frame or the study's metadata is not there. `retriable` faults are tried again before the reader sees them. */
export type LoadFaultCode =
  | "offline"
  | "server"
  | "signed-out"
  | "not-allowed"
  | "not-found"
  | "decode"
  | "syntax"
  | "format"
  | "no-decoder";

export interface LoadFaultInfo {
  readonly code: LoadFaultCode;
  readonly detail: string;
}

export class LoadFault extends Error implements LoadFaultInfo {
  readonly code: LoadFaultCode;
  readonly detail: string;

  constructor(code: LoadFaultCode, detail = "") {
    super(`${code} ${detail}`.trim());
    this.name = "LoadFault";
    this.code = code;
    this.detail = detail;
  }

  get retriable(): boolean {
    return this.code === "offline" || this.code === "server" || this.code === "no-decoder";
  }
}

export function loadFaultOfStatus(status: number): LoadFault {
  if (status === 401) return new LoadFault("signed-out");
  if (status === 403) return new LoadFault("not-allowed");
  if (status === 404 || status === 410) return new LoadFault("not-found");
  return new LoadFault("server", `HTTP ${status}`);
}
