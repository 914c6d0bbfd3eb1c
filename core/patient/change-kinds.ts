export const CHANGE_KINDS = ["merge", "link", "move", "correct"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What of a patient's identity is shown, in the order in which a difference tells it. */
export const IDENTITY_FIELDS = ["name", "nameLatin", "patientId", "birthDate", "sex", "age"] as const;
export type IdentityField = (typeof IDENTITY_FIELDS)[number];
