/** A request that is answered with just this status. The comment is ASCII, at most 64 characters, without patients' data. */
export class DimseFault extends Error {
  readonly status: number;
  readonly errorComment: string;

  constructor(status: number, errorComment: string) {
    super(errorComment);
    this.name = "DimseFault";
    this.status = status;
    this.errorComment = errorComment;
  }
}

/** C-FIND, C-MOVE, C-GET: "Identifier does not match SOP Class" (PS3.4 tables C.4-1, C.4-2, C.4-3). */
export function identifierFault(errorComment: string): DimseFault {
  return new DimseFault(0xa900, errorComment);
}
