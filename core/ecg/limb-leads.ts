import type { EcgLead, EcgNote } from "./ecg-recording.ts";

/** Limb leads as sums of I and II (Einthoven, Goldberger): III = II − I; aVR = −(I + II)/2; aVL = I − II/2; aVF = II − I/2. */
const IDENTITIES = [
  { name: "III", ofI: -1, ofII: 1 },
  { name: "aVR", ofI: -0.5, ofII: -0.5 },
  { name: "aVL", ofI: 1, ofII: -0.5 },
  { name: "aVF", ofI: -0.5, ofII: 1 },
] as const;

/** Above this a lead is not the sum it must be: more than rounding, separate converters and filters leave, with room. */
const TOLERANCE_MICROVOLTS = 20;
const TOLERANCE_OF_LEAD = 0.05;

export interface LimbLeads {
  readonly leads: readonly EcgLead[];
  readonly notes: readonly EcgNote[];
}

/**
 * Adds the limb leads a device left out since they follow from I and II, marked as derived, and checks those it recorded.
 * I and II must have been sampled together: with a skew of half a sample or more between them nothing is derived.
 * `elsewhere` names leads the device recorded in another group (3 × 4 stored as four groups of 2.5 s).
 */
export function completeLimbLeads(
  leads: readonly EcgLead[],
  samplingFrequencyHz: number,
  elsewhere: readonly string[] = [],
): LimbLeads {
  const leadI = leads.find((lead) => lead.name === "I");
  const leadII = leads.find((lead) => lead.name === "II");
  if (!leadI || !leadII) return { leads, notes: [] };
  const together = Math.abs(leadI.skewS - leadII.skewS) * samplingFrequencyHz < 0.5;
  const added: EcgLead[] = [];
  const notes: EcgNote[] = [];
  const absent: string[] = [];
  for (const identity of IDENTITIES) {
    const recorded = leads.find((lead) => lead.name === identity.name);
    if (recorded) {
      const off = violation(recorded, leadI, leadII, identity);
      if (off !== null)
        notes.push({ code: "identity-violated", leads: [identity.name], detail: String(Math.round(off)) });
      continue;
    }
    if (elsewhere.includes(identity.name)) continue;
    absent.push(identity.name);
    if (together) added.push(derive(leadI, leadII, identity));
  }
  if (absent.length > 0)
    notes.unshift({ code: together ? "leads-derived" : "derivation-refused", leads: absent, detail: "" });
  return { leads: [...leads, ...added], notes };
}

type Identity = (typeof IDENTITIES)[number];

function derive(leadI: EcgLead, leadII: EcgLead, { name, ofI, ofII }: Identity): EcgLead {
  const microvolts = new Float32Array(leadI.microvolts.length);
  for (let index = 0; index < microvolts.length; index += 1)
    microvolts[index] = ofI * (leadI.microvolts[index] ?? Number.NaN) + ofII * (leadII.microvolts[index] ?? Number.NaN);
  const same = (key: keyof EcgLead["filters"]) =>
    leadI.filters[key] === leadII.filters[key] ? leadI.filters[key] : null;
  return {
    name,
    microvolts,
    origin: "derived",
    skewS: leadI.skewS,
    resolutionMicrovolts: Math.max(leadI.resolutionMicrovolts, leadII.resolutionMicrovolts),
    filters: { lowCutHz: same("lowCutHz"), highCutHz: same("highCutHz"), notchHz: same("notchHz") },
  };
}

/** Root mean square of what is left, in microvolts, when it is more than the tolerance. A constant offset doesn't count. */
function violation(lead: EcgLead, leadI: EcgLead, leadII: EcgLead, { ofI, ofII }: Identity): number | null {
  const rest = moments();
  const whole = moments();
  for (let index = 0; index < lead.microvolts.length; index += 1) {
    const value = lead.microvolts[index] ?? Number.NaN;
    rest.add(value - ofI * (leadI.microvolts[index] ?? Number.NaN) - ofII * (leadII.microvolts[index] ?? Number.NaN));
    whole.add(value);
  }
  return rest.spread() > TOLERANCE_MICROVOLTS + TOLERANCE_OF_LEAD * whole.spread() ? rest.spread() : null;
}

/** Running standard deviation; values that are not there (NaN) are left out. */
function moments(): { add(value: number): void; spread(): number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      if (Number.isNaN(value)) return;
      count += 1;
      const step = value - mean;
      mean += step / count;
      squares += step * (value - mean);
    },
    spread: () => (count > 1 ? Math.sqrt(squares / count) : 0),
  };
}
