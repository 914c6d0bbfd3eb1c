/** The ECG waveform storage classes (PS3.4 Annex B.5). */
export const ECG_SOP_CLASSES = {
  "1.2.840.10008.5.1.4.1.1.9.1.1": "twelve-lead",
  "1.2.840.10008.5.1.4.1.1.9.1.2": "general",
  "1.2.840.10008.5.1.4.1.1.9.1.3": "ambulatory",
  "1.2.840.10008.5.1.4.1.1.9.1.4": "general-32-bit",
} as const satisfies Readonly<Record<string, string>>;

export type EcgSopClass = (typeof ECG_SOP_CLASSES)[keyof typeof ECG_SOP_CLASSES];

export function ecgSopClass(sopClassUid: string): EcgSopClass | null {
  return (ECG_SOP_CLASSES as Readonly<Record<string, EcgSopClass>>)[sopClassUid] ?? null;
}
