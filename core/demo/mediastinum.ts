import { type Course, courseShape, courses } from "./course.ts";
import { ellipseOutline, insetOutline } from "./outline.ts";
import { paint, type SliceCanvas } from "./slice-canvas.ts";
import { TISSUE } from "./tissue.ts";

/** What is later lies over what is earlier. */
const ORGANS = courses(`
  thyroid 0.08  -20,-20,-4,9,14 4,-20,-4,8,12 16,-18,-2,2,4
  thyroid 0.08  -20,20,-4,9,14 6,19,-4,8,11 18,18,-2,2,4
  # muscles of the neck, before, beside and behind the windpipe
  muscle 0.1  -30,-36,-34,15,9,0.5 10,-30,-46,13,8,0.6 34,-22,-66,9,5,0.4 40,-20,-72,4,2
  muscle 0.1  -30,36,-34,15,9,-0.5 10,30,-46,13,8,-0.6 34,22,-66,9,5,-0.4 40,20,-72,4,2
  muscle 0.1  -30,0,-24,22,4 20,0,-40,20,4 38,0,-64,14,3
  muscle 0.1  -30,-42,16,13,16 10,-40,14,9,12 26,-42,10,4,6
  muscle 0.1  -30,42,16,13,16 10,40,14,9,12 26,42,10,4,6
  muscle 0    -30,-11,30,8,5 40,-10,31,5,3
  muscle 0    -30,11,30,8,5 40,10,31,5,3
  # veins: right and upper cava, left, the one that crosses
  blood 0  -20,-31,-8,7,6 30,-32,-16,8,7 58,-30,-24,9,8 160,-30,-16,10,9 170,-30,-14,9,9
  blood 0  -20,31,-8,7,6 40,32,-26,8,6 56,26,-40,10,6,-0.3
  blood 0  54,6,-42,20,5,0.15 60,0,-41,32,6.5,0.12 70,-6,-39,26,6,0.15 76,-12,-36,14,4,0.2
  # arteries of neck and arm
  blood 0  -20,-22,6,4,4 30,-17,-8,4.5,4.5 50,-14,-18,6.5,6 88,-8,-20,7,7
  blood 0  -20,23,6,4,4 40,16,-8,4,4 88,8,-10,4.5,4.5
  blood 0  14,40,2,12,5,-0.5 30,26,8,5.5,6 88,18,4,5.5,6
  # aorta: arch, ascending, descending
  blood 0  84,5,-9,8,24,-0.5 91,6,-8,12.5,37,-0.5 101,6,-8,12.5,37,-0.5 106,6,-8,5,20,-0.5
  blood 0  98,-12,-33,13,14 108,-15,-34,15.5,15.5 150,-12,-32,16,16 176,-4,-28,14,14 186,0,-26,8,8
  blood 0  98,23,19,11,12 108,25,21,12.5,12.5 200,23,23,12,12 300,10,22,11,11 330,6,22,10.5,10.5
  # pulmonary trunk, left, right
  blood 0  120,22,-42,9,8 128,21,-42,14,13 152,18,-46,15,13 172,12,-54,13,10
  blood 0  114,34,-14,9,14,-0.5 122,34,-14,10,24,-0.6 134,38,-8,9,14,-0.6 158,41,12,7.5,7.5 182,44,20,6,6
  blood 0  126,-8,-14,22,6,0.15 134,-10,-13,32,9,0.12 144,-16,-11,24,7,0.15 150,-34,-4,10,9 178,-40,8,7,7
  # heart: left atrium, right atrium, right ventricle, left ventricle and the blood in it
  blood 0  148,6,6,14,7 158,6,6,30,13 176,8,6,33,17,-0.1 196,10,6,28,15,-0.2 208,12,4,16,8,-0.2
  blood 0  154,-26,-30,8,9 172,-30,-24,18,22,0.2 206,-30,-20,20,25,0.2 228,-26,-14,14,16,0.2 238,-24,-4,10,9
  blood 0  160,6,-56,14,10 180,6,-55,27,17,0.35 212,8,-52,38,18,0.42 240,18,-48,38,13,0.36 250,26,-46,24,6,0.3
  heartMuscle 0  166,40,-26,14,14 182,42,-24,32,25,0.55 214,47,-22,38,26,0.5 240,48,-28,30,17,0.4 256,46,-32,14,6,0.3
  blood 0  174,38,-22,8,8 186,39,-22,20,15,0.55 214,42,-19,25,15,0.5 238,46,-26,16,6,0.4
  # behind: gullet, azygos vein with its arch
  oesophagus 0.06  -20,4,22,7,5 60,7,25,7.5,5 150,6,22,7,5.5 220,12,18,8,6 262,22,8,9,8
  blood 0  104,-16,12,5,14,0.2 110,-12,26,3.8,3.8 300,-6,26,3.4,3.4
`);

/** Lumen of windpipe, right and left main bronchus, right upper and left upper one. */
const AIRWAYS = courses(`
  airway 0  -20,0,4,8.5,9 60,-2,8,9,9.5 106,-3,11,9.5,9 116,-3,12,12,8.5
  airway 0  114,-9,12,7,7.5 122,-16,11,7.5,7 132,-26,9,7,6.5 142,-32,9,6,6.5 176,-37,10,5,5.5 192,-42,16,4,4.5
  airway 0  114,4,12,6.5,7 124,14,13,8,6 136,26,13,8,5.5 148,35,14,6,5.5 160,39,18,4.5,5 188,46,24,3.8,4.2
  airway 0  124,-44,4,12,3.6,0.25 127,-44,4,14,4.2,0.25 131,-46,4,8,3,0.25
  airway 0  140,46,2,10,3.2,-0.5 144,46,0,13,4,-0.5 148,48,-2,8,2.6,-0.5
`);
const AIRWAY_WALL_MM = 1.4;

/** [depth of the middle, x, y, rx, ry]: nodes of ordinary size. */
const LYMPH_NODES = [
  [76, -16, -2, 5, 3.4],
  [98, -18, -4, 6, 4],
  [116, 22, -14, 5, 3],
  [128, -2, 3, 8, 4.5],
] as const;

/** Lime in the wall of the aorta and in a coronary artery: [depth, x, y, rx, ry, turn]. */
const CALCIFICATIONS = [
  [95, 22, 20, 4.5, 1.1, 1.2],
  [96, 12, 8, 1.2, 3.4, 0.4],
  [142, 36.5, 20, 1, 4, 0],
  [176, 24, -40, 5, 1, 0.5],
  [186, 32, -42, 4, 0.9, 0.6],
  [262, 13, 33, 3.6, 1, -0.3],
] as const;

function paintCourse(canvas: SliceCanvas, course: Course, depthMm: number): void {
  const shape = courseShape(course, depthMm);
  const over = [TISSUE.mediastinalFat, TISSUE.lung, TISSUE.blood, TISSUE.heartMuscle];
  if (shape) paint(canvas, ellipseOutline(shape), course.tissue, over);
}

/** Heart, great vessels, airways and what lies beside them, over the fat of the mediastinum. */
export function paintMediastinum(canvas: SliceCanvas, depthMm: number): void {
  for (const organ of ORGANS) paintCourse(canvas, organ, depthMm);
  for (const airway of AIRWAYS) {
    const shape = courseShape(airway, depthMm);
    if (!shape) continue;
    const lumen = ellipseOutline(shape);
    paint(canvas, insetOutline(lumen, -AIRWAY_WALL_MM), TISSUE.airwayWall);
    paint(canvas, lumen, TISSUE.airway);
  }
  for (const [centre, x, y, rx, ry] of LYMPH_NODES) {
    const height = 1 - ((depthMm - centre) / (rx * 1.1)) ** 2;
    if (height <= 0) continue;
    const grow = Math.sqrt(height);
    paint(canvas, ellipseOutline({ x, y, rx: rx * grow, ry: ry * grow }), TISSUE.lymphNode, [TISSUE.mediastinalFat]);
  }
  for (const [centre, x, y, rx, ry, turn] of CALCIFICATIONS) {
    if (Math.abs(depthMm - centre) < 3) paint(canvas, ellipseOutline({ x, y, rx, ry, turn }), TISSUE.calcification);
  }
}
