/** A data set that is there whole, in the form of one that streams. */
export async function* wholeDataSet(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
