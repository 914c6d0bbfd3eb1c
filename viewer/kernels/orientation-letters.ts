import type { PatientVector } from "../../core/image/patient-vector.ts";

/** How the image is turned on the screen: flips first, then a clockwise turn, as the drawing engine does. */
export interface ViewTurn {
  readonly rotationDeg: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
}

export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** A component smaller than this does not earn its letter: about 14 degrees off the axis. */
const LEAST = 0.25;

/** PS3.3 C.7.6.1.1.1: A P R L H F, the strongest first. */
export function directionLetters(direction: PatientVector): string {
  const [x, y, z] = direction;
  return [
    { size: Math.abs(x), letter: x > 0 ? "L" : "R" },
    { size: Math.abs(y), letter: y > 0 ? "P" : "A" },
    { size: Math.abs(z), letter: z > 0 ? "H" : "F" },
  ]
    .filter(({ size }) => size >= LEAST)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join("");
}

const OPPOSITE: Readonly<Record<string, string>> = { A: "P", P: "A", R: "L", L: "R", H: "F", F: "H" };

function oppositeLetters(letters: string): string {
  return [...letters].map((letter) => OPPOSITE[letter] ?? letter).join("");
}

/** Where the screen's right and down point in the image, as (along a row, along a column). */
function screenAxes(turn: ViewTurn): {
  readonly right: readonly [number, number];
  readonly down: readonly [number, number];
} {
  const angle = (turn.rotationDeg * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const h = turn.flipHorizontal ? -1 : 1;
  const v = turn.flipVertical ? -1 : 1;
  // The inverse of a clockwise turn (y down) by the angle, then the flips.
  return { right: [h * cos, v * -sin], down: [h * sin, v * cos] };
}

export function edgeLetters(row: PatientVector, column: PatientVector, turn: ViewTurn): EdgeLetters {
  const { right, down } = screenAxes(turn);
  const mix = ([u, w]: readonly [number, number]): PatientVector => [
    row[0] * u + column[0] * w,
    row[1] * u + column[1] * w,
    row[2] * u + column[2] * w,
  ];
  const toRight = directionLetters(mix(right));
  const toBottom = directionLetters(mix(down));
  return { right: toRight, left: oppositeLetters(toRight), bottom: toBottom, top: oppositeLetters(toBottom) };
}

/** The same from Patient Orientation (0020,0020), for images without geometry; right for turns by quarters. */
export function edgeLettersFromText(row: string, column: string, turn: ViewTurn): EdgeLetters {
  const { right, down } = screenAxes(turn);
  const pick = ([u, w]: readonly [number, number]): string => {
    if (Math.abs(u) > Math.abs(w)) return u > 0 ? row : oppositeLetters(row);
    return w > 0 ? column : oppositeLetters(column);
  };
  const toRight = pick(right);
  const toBottom = pick(down);
  return { right: toRight, left: oppositeLetters(toRight), bottom: toBottom, top: oppositeLetters(toBottom) };
}
