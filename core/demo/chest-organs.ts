import { diaphragmDome, domeScale } from "./chest-shape.ts";
import { atDepth, bandOutline, type EllipseShape, ellipseOutline, insetOutline } from "./outline.ts";
import { paint, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE, type TissueLabel } from "./tissue.ts";

/** Something round that runs through the slices: [depth, x, y, rx, ry, turn] in mm and radians. */
interface Course {
  readonly tissue: TissueLabel;
  readonly frames: readonly (readonly number[])[];
  readonly wobble?: number;
  readonly wallMm?: number;
}

function courseShape({ frames, wobble = 0 }: Course, depthMm: number): EllipseShape | undefined {
  const frame = atDepth(depthMm, frames);
  if (!frame) return undefined;
  const [x = 0, y = 0, rx = 0, ry = 0, turn = 0] = frame;
  return { x, y, rx, ry, turn, wobble, variant: depthMm / 40 };
}

const { blood, heartMuscle, airway, oesophagus, thyroid, liver, spleen, stomachContent, gas, kidney, muscle } = TISSUE;

/** From the heart's chambers to the windpipe; what is later lies over what is earlier. */
const MEDIASTINAL_COURSES: readonly Course[] = [
  {
    tissue: thyroid,
    wobble: 0.08,
    frames: [
      [-20, -20, -4, 9, 14],
      [4, -20, -4, 8, 12],
      [16, -18, -2, 2, 4],
    ],
  },
  {
    tissue: thyroid,
    wobble: 0.08,
    frames: [
      [-20, 20, -4, 9, 14],
      [6, 19, -4, 8, 11],
      [18, 18, -2, 2, 4],
    ],
  },
  // Neck: in front of, beside and behind the windpipe
  {
    tissue: muscle,
    wobble: 0.1,
    frames: [
      [-30, -36, -34, 15, 9, 0.5],
      [10, -30, -46, 13, 8, 0.6],
      [34, -22, -66, 9, 5, 0.4],
      [40, -20, -72, 4, 2],
    ],
  },
  {
    tissue: muscle,
    wobble: 0.1,
    frames: [
      [-30, 36, -34, 15, 9, -0.5],
      [10, 30, -46, 13, 8, -0.6],
      [34, 22, -66, 9, 5, -0.4],
      [40, 20, -72, 4, 2],
    ],
  },
  {
    tissue: muscle,
    wobble: 0.1,
    frames: [
      [-30, 0, -24, 22, 4],
      [20, 0, -40, 20, 4],
      [38, 0, -64, 14, 3],
    ],
  },
  {
    tissue: muscle,
    wobble: 0.1,
    frames: [
      [-30, -42, 16, 13, 16],
      [10, -40, 14, 9, 12],
      [26, -42, 10, 4, 6],
    ],
  },
  {
    tissue: muscle,
    wobble: 0.1,
    frames: [
      [-30, 42, 16, 13, 16],
      [10, 40, 14, 9, 12],
      [26, 42, 10, 4, 6],
    ],
  },
  {
    tissue: muscle,
    frames: [
      [-30, -11, 30, 8, 5],
      [40, -10, 31, 5, 3],
    ],
  },
  {
    tissue: muscle,
    frames: [
      [-30, 11, 30, 8, 5],
      [40, 10, 31, 5, 3],
    ],
  },
  // Veins
  {
    tissue: blood,
    frames: [
      [-20, -31, -8, 7, 6],
      [30, -32, -16, 8, 7],
      [58, -30, -24, 9, 8],
      [160, -30, -16, 10, 9],
      [170, -30, -14, 9, 9],
    ],
  },
  {
    tissue: blood,
    frames: [
      [-20, 31, -8, 7, 6],
      [40, 32, -26, 8, 6],
      [56, 26, -40, 10, 6, -0.3],
    ],
  },
  {
    tissue: blood,
    frames: [
      [54, 6, -42, 20, 5, 0.15],
      [60, 0, -41, 32, 6.5, 0.12],
      [70, -6, -39, 26, 6, 0.15],
      [76, -12, -36, 14, 4, 0.2],
    ],
  },
  // Arteries of the neck and the arm
  {
    tissue: blood,
    frames: [
      [-20, -22, 6, 4, 4],
      [30, -17, -8, 4.5, 4.5],
      [50, -14, -18, 6.5, 6],
      [88, -8, -20, 7, 7],
    ],
  },
  {
    tissue: blood,
    frames: [
      [-20, 23, 6, 4, 4],
      [40, 16, -8, 4, 4],
      [88, 8, -10, 4.5, 4.5],
    ],
  },
  {
    tissue: blood,
    frames: [
      [14, 40, 2, 12, 5, -0.5],
      [30, 26, 8, 5.5, 6],
      [88, 18, 4, 5.5, 6],
    ],
  },
  // Aorta
  {
    tissue: blood,
    frames: [
      [84, 5, -9, 8, 24, -0.5],
      [91, 6, -8, 12.5, 37, -0.5],
      [101, 6, -8, 12.5, 37, -0.5],
      [106, 6, -8, 5, 20, -0.5],
    ],
  },
  {
    tissue: blood,
    frames: [
      [98, -12, -33, 13, 14],
      [108, -15, -34, 15.5, 15.5],
      [150, -12, -32, 16, 16],
      [176, -4, -28, 14, 14],
      [186, 0, -26, 8, 8],
    ],
  },
  {
    tissue: blood,
    frames: [
      [98, 23, 19, 11, 12],
      [108, 25, 21, 12.5, 12.5],
      [200, 23, 23, 12, 12],
      [300, 10, 22, 11, 11],
      [330, 6, 22, 10.5, 10.5],
    ],
  },
  // Pulmonary trunk and its two branches
  {
    tissue: blood,
    frames: [
      [120, 22, -42, 9, 8],
      [128, 21, -42, 14, 13],
      [152, 18, -46, 15, 13],
      [172, 12, -54, 13, 10],
    ],
  },
  {
    tissue: blood,
    frames: [
      [114, 34, -14, 9, 14, -0.5],
      [122, 34, -14, 10, 24, -0.6],
      [134, 38, -8, 9, 14, -0.6],
      [158, 41, 12, 7.5, 7.5],
      [182, 44, 20, 6, 6],
    ],
  },
  {
    tissue: blood,
    frames: [
      [126, -8, -14, 22, 6, 0.15],
      [134, -10, -13, 32, 9, 0.12],
      [144, -16, -11, 24, 7, 0.15],
      [150, -34, -4, 10, 9],
      [178, -40, 8, 7, 7],
    ],
  },
  // Heart
  {
    tissue: blood,
    frames: [
      [148, 6, 6, 14, 7],
      [158, 6, 6, 30, 13],
      [176, 8, 6, 33, 17, -0.1],
      [196, 10, 6, 28, 15, -0.2],
      [208, 12, 4, 16, 8, -0.2],
    ],
  },
  {
    tissue: blood,
    frames: [
      [154, -26, -30, 8, 9],
      [172, -30, -24, 18, 22, 0.2],
      [206, -30, -20, 20, 25, 0.2],
      [228, -26, -14, 14, 16, 0.2],
      [238, -24, -4, 10, 9],
    ],
  },
  {
    tissue: blood,
    frames: [
      [160, 6, -56, 14, 10],
      [180, 6, -55, 27, 17, 0.35],
      [212, 8, -52, 38, 18, 0.42],
      [240, 18, -48, 38, 13, 0.36],
      [250, 26, -46, 24, 6, 0.3],
    ],
  },
  {
    tissue: heartMuscle,
    frames: [
      [166, 40, -26, 14, 14],
      [182, 42, -24, 32, 25, 0.55],
      [214, 47, -22, 38, 26, 0.5],
      [240, 48, -28, 30, 17, 0.4],
      [256, 46, -32, 14, 6, 0.3],
    ],
  },
  {
    tissue: blood,
    frames: [
      [174, 38, -22, 8, 8],
      [186, 39, -22, 20, 15, 0.55],
      [214, 42, -19, 25, 15, 0.5],
      [238, 46, -26, 16, 6, 0.4],
    ],
  },
  // Behind
  {
    tissue: oesophagus,
    wobble: 0.06,
    frames: [
      [-20, 4, 22, 7, 5],
      [60, 7, 25, 7.5, 5],
      [150, 6, 22, 7, 5.5],
      [220, 12, 18, 8, 6],
      [262, 22, 8, 9, 8],
    ],
  },
  {
    tissue: blood,
    frames: [
      [104, -16, 12, 5, 14, 0.2],
      [110, -12, 26, 3.8, 3.8],
      [300, -6, 26, 3.4, 3.4],
    ],
  },
];

const AIRWAYS: readonly Course[] = [
  {
    tissue: airway,
    wallMm: 1.6,
    frames: [
      [-20, 0, 4, 8.5, 9],
      [60, -2, 8, 9, 9.5],
      [106, -3, 11, 9.5, 9],
      [116, -3, 12, 12, 8.5],
    ],
  },
  {
    tissue: airway,
    wallMm: 1.4,
    frames: [
      [114, -9, 12, 7, 7.5],
      [122, -16, 11, 7.5, 7],
      [132, -26, 9, 7, 6.5],
      [142, -32, 9, 6, 6.5],
      [176, -37, 10, 5, 5.5],
      [192, -42, 16, 4, 4.5],
    ],
  },
  {
    tissue: airway,
    wallMm: 1.4,
    frames: [
      [114, 4, 12, 6.5, 7],
      [124, 14, 13, 8, 6],
      [136, 26, 13, 8, 5.5],
      [148, 35, 14, 6, 5.5],
      [160, 39, 18, 4.5, 5],
      [188, 46, 24, 3.8, 4.2],
    ],
  },
  {
    tissue: airway,
    wallMm: 1.1,
    frames: [
      [124, -44, 4, 12, 3.6, 0.25],
      [127, -44, 4, 14, 4.2, 0.25],
      [131, -46, 4, 8, 3, 0.25],
    ],
  },
  {
    tissue: airway,
    wallMm: 1.1,
    frames: [
      [140, 46, 2, 10, 3.2, -0.5],
      [144, 46, 0, 13, 4, -0.5],
      [148, 48, -2, 8, 2.6, -0.5],
    ],
  },
];

/** The organs between and below the lungs. */
export function paintMediastinum(canvas: SliceCanvas, depthMm: number): void {
  for (const course of MEDIASTINAL_COURSES) {
    const shape = courseShape(course, depthMm);
    if (shape)
      paint(canvas, ellipseOutline(shape), course.tissue, [TISSUE.mediastinalFat, TISSUE.lung, blood, heartMuscle]);
  }
  // A pericardium of 1 mm shows only where there is fat on both of its sides.
  for (const { tissue, frames, wallMm = 0 } of AIRWAYS) {
    const shape = courseShape({ tissue, frames }, depthMm);
    if (!shape) continue;
    const lumen = ellipseOutline(shape);
    paint(canvas, insetOutline(lumen, -wallMm), TISSUE.airwayWall);
    paint(canvas, lumen, tissue);
  }
  paintLymphNodes(canvas, depthMm);
}

function paintLymphNodes(canvas: SliceCanvas, depthMm: number): void {
  const nodes = [
    [76, -16, -2, 5, 3.4],
    [98, -18, -4, 6, 4],
    [116, 22, -14, 5, 3],
    [128, -2, 3, 8, 4.5],
  ] as const;
  for (const [centre, x, y, rx, ry] of nodes) {
    const height = 1 - ((depthMm - centre) / (rx * 1.1)) ** 2;
    if (height > 0) {
      const grow = Math.sqrt(height);
      paint(canvas, ellipseOutline({ x, y, rx: rx * grow, ry: ry * grow }), TISSUE.vesselWall, [TISSUE.mediastinalFat]);
    }
  }
}

/** Lime in the wall of the aorta and in a coronary artery, as at that age. */
export function paintCalcifications(canvas: SliceCanvas, depthMm: number): void {
  const spots = [
    [95, 22, 20, 4.5, 1.1, 1.2],
    [96, 12, 8, 1.2, 3.4, 0.4],
    [142, 36.5, 20, 1, 4, 0],
    [176, 24, -40, 5, 1, 0.5],
    [186, 32, -42, 4, 0.9, 0.6],
    [262, 13, 33, 3.6, 1, -0.3],
  ] as const;
  for (const [centre, x, y, rx, ry, turn] of spots) {
    if (Math.abs(depthMm - centre) < 3) paint(canvas, ellipseOutline({ x, y, rx, ry, turn }), TISSUE.calcification);
  }
}

/** What pushes up under the two domes of the diaphragm; the lungs lie round it. */
export function paintUpperAbdomen(canvas: SliceCanvas, depthMm: number): void {
  const overLung = [TISSUE.lung];
  for (const side of [-1, 1] as const) {
    const scale = domeScale(depthMm, side);
    if (scale <= 0) continue;
    const { x, y, rx, ry } = diaphragmDome(side);
    const dome = ellipseOutline({ x, y, rx: rx * scale, ry: ry * scale, wobble: 0.03, variant: side });
    // Muscle of the diaphragm, then what is below it.
    paint(canvas, dome, side === -1 ? liver : TISSUE.diaphragm, overLung);
    if (side === 1 && scale > 0.15) paint(canvas, insetOutline(dome, 2.2), TISSUE.mediastinalFat, [TISSUE.diaphragm]);
  }
}

const ABDOMINAL_COURSES: readonly (Course & { readonly over: readonly number[] })[] = [
  {
    tissue: liver,
    over: [TISSUE.mediastinalFat],
    wobble: 0.05,
    frames: [
      [236, -10, -52, 12, 8, 0.1],
      [250, 0, -50, 42, 20, 0.16],
      [275, 2, -50, 56, 26, 0.2],
      [330, 0, -48, 52, 30, 0.2],
    ],
  },
  {
    tissue: spleen,
    over: [TISSUE.mediastinalFat],
    wobble: 0.06,
    frames: [
      [226, 78, 34, 10, 10, 0.5],
      [240, 84, 38, 24, 34, 0.5],
      [270, 92, 40, 25, 42, 0.45],
      [320, 96, 40, 20, 36, 0.4],
    ],
  },
  {
    tissue: muscle,
    over: [TISSUE.mediastinalFat],
    wobble: 0.04,
    frames: [
      [222, 56, -20, 16, 16],
      [232, 56, -22, 34, 32, 0.3],
      [262, 54, -24, 38, 36, 0.3],
      [330, 46, -26, 40, 34, 0.2],
    ],
  },
  {
    tissue: stomachContent,
    over: [muscle],
    wobble: 0.04,
    frames: [
      [224, 56, -20, 12, 12],
      [232, 56, -22, 30, 28, 0.3],
      [262, 54, -24, 34, 32, 0.3],
      [330, 46, -26, 36, 30, 0.2],
    ],
  },
  {
    tissue: kidney,
    over: [TISSUE.mediastinalFat],
    frames: [
      [292, 52, 52, 8, 8],
      [302, 50, 52, 22, 18, 0.6],
      [330, 48, 50, 26, 22, 0.6],
    ],
  },
  {
    tissue: blood,
    over: [liver, TISSUE.mediastinalFat],
    frames: [
      [228, -24, 2, 11, 10],
      [262, -23, 8, 13, 10],
      [330, -20, 14, 11, 9],
    ],
  },
];

/** Organs of the abdomen themselves, over the fat that the domes left. */
export function paintAbdominalOrgans(canvas: SliceCanvas, depthMm: number): void {
  for (const course of ABDOMINAL_COURSES) {
    const shape = courseShape(course, depthMm);
    if (shape) paint(canvas, ellipseOutline(shape), course.tissue, course.over);
  }
  if (depthMm > 228) {
    // Gas stands above the fluid: a level in the stomach, flat because the patient lies on the back.
    paint(canvas, bandOutline([20, -52], [90, -52], 34), gas, [stomachContent]);
    for (const [x0, y0, x1, y1] of [
      [-24, 0, -70, -30],
      [-24, 0, -52, 30],
      [-26, -4, -34, -44],
      [-62, -26, -92, -30],
      [-52, 28, -84, 48],
    ] as const) {
      const rise = Math.abs(((depthMm + x1 * 0.3) % 34) - 17) / 17;
      if (rise > 0.45) paint(canvas, bandOutline([x0, y0], [x1, y1], 7 * rise - 2), TISSUE.liverVessel, [liver]);
    }
    for (const side of [-1, 1]) {
      paint(canvas, bandOutline([side * 6, 30], [side * 18, 16], 6), muscle, [TISSUE.mediastinalFat]);
    }
  }
}
