import type { CodedConcept } from "./coded-concept.ts";
import type { MarkedRegion } from "./marked-region.ts";

/** A number with what it was read from. */
export interface Measurement {
  readonly concept: CodedConcept;
  /** Mean, maximum …; undefined where there is nothing to derive. */
  readonly derivation: CodedConcept | undefined;
  readonly value: number;
  readonly unit: CodedConcept;
  /** The lines or points it was read from; empty where that is the finding's region. An angle between two lines has both. */
  readonly along: readonly MarkedRegion[];
}

/** One thing that a reader marked: a measurement group of TID 1500. */
export interface Finding {
  /** What people call it: "3". */
  readonly trackingIdentifier: string;
  readonly trackingUid: string;
  readonly finding: CodedConcept | undefined;
  readonly site: { readonly concept: CodedConcept; readonly laterality: CodedConcept | undefined } | undefined;
  /** The area or the place itself (TID 1410); undefined for what is only measured along lines (TID 1501). */
  readonly region: MarkedRegion | undefined;
  /** From where an arrow comes, and its tip. */
  readonly path: MarkedRegion | undefined;
  readonly measurements: readonly Measurement[];
  readonly comment: string;
}
