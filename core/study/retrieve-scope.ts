export type RetrieveLevel = "PATIENT" | "STUDY" | "SERIES" | "IMAGE";

/**
 * What a peer asks to be sent: everything below the named things. Above the level each list has one entry at most, at the
 * level itself it may have many, below it it is empty.
 */
export interface RetrieveScope {
  readonly level: RetrieveLevel;
  /** At Patient Root only. */
  readonly patientId: string | null;
  readonly studyInstanceUids: readonly string[];
  readonly seriesInstanceUids: readonly string[];
  readonly sopInstanceUids: readonly string[];
}
