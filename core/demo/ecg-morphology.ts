/** The eight leads that are measured; the other four follow from I and II. */
export const MEASURED_LEADS = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"] as const;
export type MeasuredLead = (typeof MEASURED_LEADS)[number];

/** Order of the channels, as devices write them. */
export const DEMO_LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] as const;
export type DemoLead = (typeof DEMO_LEADS)[number];

/** Of one lead, in mV: height of P; the QRS at QRS_KNOTS; level of the ST segment; height of T. */
type LeadShape = readonly [p: number, qrs: readonly number[], st: number, t: number];

export interface EcgMorphology {
  readonly qrsMs: number;
  readonly leads: Readonly<Record<MeasuredLead, LeadShape>>;
}

/** Parts of the duration of the QRS at which its heights are given. */
export const QRS_KNOTS = [0.12, 0.28, 0.44, 0.6, 0.78] as const;
/** The R time is that of the third knot. */
export const R_PEAK_KNOT = QRS_KNOTS[2];

const normal: EcgMorphology = {
  qrsMs: 92,
  leads: {
    I: [0.07, [-0.06, 0.18, 0.78, 0.2, -0.12], 0.01, 0.22],
    II: [0.13, [-0.06, 0.28, 1.18, 0.25, -0.18], 0.02, 0.32],
    V1: [0.05, [0.06, 0.24, -0.35, -1.05, -0.25], 0.03, -0.05],
    V2: [0.06, [0.08, 0.42, 0.05, -1.45, -0.45], 0.08, 0.5],
    V3: [0.06, [0.03, 0.55, 0.75, -0.85, -0.5], 0.07, 0.55],
    V4: [0.06, [-0.04, 0.45, 1.55, -0.1, -0.45], 0.04, 0.46],
    V5: [0.06, [-0.08, 0.28, 1.5, 0.25, -0.22], 0.02, 0.36],
    V6: [0.06, [-0.08, 0.2, 1.15, 0.25, -0.08], 0.01, 0.27],
  },
};

/** Injury current in II, III and aVF, its mirror image in I and aVL, small Q waves below. */
const inferiorInfarct: EcgMorphology = {
  qrsMs: 94,
  leads: {
    I: [0.06, [-0.01, 0.2, 0.6, 0.12, -0.16], -0.1, -0.04],
    II: [0.12, [-0.18, -0.05, 0.72, 0.3, 0.14], 0.24, 0.34],
    V1: [0.05, [0.08, 0.26, -0.3, -0.9, -0.25], 0.02, 0.06],
    V2: [0.06, [0.1, 0.5, 0.15, -1.2, -0.4], -0.12, 0.3],
    V3: [0.06, [0.03, 0.55, 0.8, -0.75, -0.45], -0.1, 0.3],
    V4: [0.06, [-0.04, 0.42, 1.35, -0.1, -0.4], -0.04, 0.26],
    V5: [0.06, [-0.08, 0.26, 1.25, 0.22, -0.1], 0.05, 0.24],
    V6: [0.06, [-0.12, 0.16, 0.95, 0.25, 0.02], 0.1, 0.24],
  },
};

/** A beat from within the ventricle, as in complete block: wide, upright on the left, T against it. */
const ventricularEscape: EcgMorphology = {
  qrsMs: 144,
  leads: {
    I: [0.07, [0.08, 0.42, 0.8, 0.72, 0.36], -0.06, -0.22],
    II: [0.13, [0.06, 0.25, 0.62, 0.55, 0.2], -0.05, -0.2],
    V1: [0.05, [0.05, -0.05, -0.75, -1.15, -0.7], 0.14, 0.36],
    V2: [0.06, [0.08, 0, -1.05, -1.6, -0.9], 0.2, 0.55],
    V3: [0.06, [0.06, 0.05, -0.75, -1.25, -0.6], 0.16, 0.48],
    V4: [0.06, [0.05, 0.2, 0.35, -0.25, -0.2], 0.05, 0.15],
    V5: [0.06, [0.08, 0.42, 0.95, 0.85, 0.35], -0.08, -0.22],
    V6: [0.06, [0.09, 0.48, 1.02, 0.9, 0.42], -0.1, -0.28],
  },
};

/** A premature beat from the outflow of the right ventricle: wide, upright below, T against it. */
const prematureVentricular: EcgMorphology = {
  qrsMs: 156,
  leads: {
    I: [0, [0.02, 0.12, 0.22, 0.12, -0.05], -0.02, -0.08],
    II: [0, [0.12, 0.62, 1.62, 1.32, 0.45], -0.18, -0.52],
    V1: [0, [0.08, 0.12, -0.7, -1.3, -0.8], 0.14, 0.38],
    V2: [0, [0.14, 0.28, -0.95, -1.75, -1], 0.22, 0.6],
    V3: [0, [0.14, 0.5, 0.1, -1.05, -0.7], 0.14, 0.42],
    V4: [0, [0.12, 0.62, 1.3, 0.75, 0.1], -0.06, -0.3],
    V5: [0, [0.12, 0.66, 1.52, 1.15, 0.4], -0.14, -0.46],
    V6: [0, [0.1, 0.55, 1.3, 1.05, 0.38], -0.14, -0.42],
  },
};

export const MORPHOLOGIES = { normal, inferiorInfarct, ventricularEscape, prematureVentricular } as const;
