/** Why a frame or the study's metadata is not there. What may pass is tried again before the reader sees it. */
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

/** Faults that another try may mend. */
export function mayPass(code: LoadFaultCode): boolean {
  return code === "offline" || code === "server" || code === "no-decoder";
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
    return mayPass(this.code);
  }
}

export function loadFaultOfStatus(status: number): LoadFault {
  if (status === 401) return new LoadFault("signed-out");
  if (status === 403) return new LoadFault("not-allowed");
  if (status === 404 || status === 410) return new LoadFault("not-found");
  return new LoadFault("server", `HTTP ${status}`);
}
