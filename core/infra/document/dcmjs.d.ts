/** The part of dcmjs that the hub uses; the package brings no types. */
declare module "dcmjs" {
  const dcmjs: {
    readonly data: {
      /** A naturalized dataset with `_meta`, as a Part 10 file. */
      datasetToBuffer(dataset: Readonly<Record<string, unknown>>): Uint8Array;
    };
  };
  export default dcmjs;
}
