import { type DicomJsonDataset, numberOf, numbersOf, stringsOf } from "../image/dicom-json.ts";
import type { DrawnPoint, Shutter } from "./presentation-state.ts";

const MAX_VERTICES = 10_000;

/** What of an image is covered (PS3.3 §C.7.6.11): seen is what lies within all of them. Rows come before columns there. */
export function shuttersOf(dataset: DicomJsonDataset): readonly Shutter[] {
  return stringsOf(dataset, "00181600")
    .slice(0, 4)
    .flatMap((shape) => shutterOf(dataset, shape.trim()) ?? []);
}

function shutterOf(dataset: DicomJsonDataset, shape: string): Shutter | undefined {
  if (shape === "RECTANGULAR") return rectangle(dataset);
  if (shape === "CIRCULAR") return circle(dataset);
  if (shape === "POLYGONAL") return polygon(dataset);
  return undefined;
}

function rectangle(dataset: DicomJsonDataset): Shutter | undefined {
  const [left, right, top, bottom] = ["00181602", "00181604", "00181606", "00181608"].map((tag) =>
    numberOf(dataset, tag),
  );
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return undefined;
  return { shape: "RECTANGULAR", left, right, top, bottom };
}

function circle(dataset: DicomJsonDataset): Shutter | undefined {
  const [row, column] = numbersOf(dataset, "00181610");
  const radius = numberOf(dataset, "00181612");
  if (row === undefined || column === undefined || radius === undefined || radius <= 0) return undefined;
  return { shape: "CIRCULAR", center: [column, row], radius };
}

function polygon(dataset: DicomJsonDataset): Shutter | undefined {
  const numbers = numbersOf(dataset, "00181620").slice(0, 2 * MAX_VERTICES);
  const vertices = Array.from(
    { length: Math.floor(numbers.length / 2) },
    (_, i): DrawnPoint => [numbers[i * 2 + 1] ?? 0, numbers[i * 2] ?? 0],
  );
  return vertices.length < 3 ? undefined : { shape: "POLYGONAL", vertices };
}
