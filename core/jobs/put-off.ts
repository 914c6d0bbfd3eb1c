/** Not now, through nobody's fault: the job comes back without an attempt being counted. */
export class PutOff extends Error {
  /** Null: soon, and later each time. */
  readonly until: Date | null;

  constructor(until: Date | null = null) {
    super("put off");
    this.name = "PutOff";
    this.until = until;
  }
}
