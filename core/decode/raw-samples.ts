/** What a codec gives back, before it is read by the header's rules. */
export interface RawSamples {
  readonly samples: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** RRR… GGG… BBB… instead of RGB RGB …. */
  readonly planar: boolean;
  /** True when the codec has already turned its own colour space into RGB. */
  readonly isRgb: boolean;
  /** Sign and bits of the codestream where it says so itself and may disagree with the header. */
  readonly coded?: { readonly signed: boolean; readonly bits: number };
}
