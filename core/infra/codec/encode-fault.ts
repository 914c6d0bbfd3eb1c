/** A frame that can be read, but not be given in the form that was asked for. */
export class EncodeFault extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "EncodeFault";
  }
}
