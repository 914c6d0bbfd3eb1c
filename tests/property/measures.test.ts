import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Finding } from "../../core/api/payloads/finding.ts";
import { cross, dot, type PatientVector, unit } from "../../core/image/patient-vector.ts";
import { FINDING_KINDS, FINDING_SHAPES } from "../../core/reading/finding-kinds.ts";
import type { ImagePoint } from "../../viewer/kernels/distance-mm.ts";
import { type FramePlane, imagePoint, patientPoint } from "../../viewer/kernels/frame-plane.ts";
import { linkedSlice, linkOffsetMm } from "../../viewer/kernels/linked-slice.ts";
import { measureInPatient, measureOnImage } from "../../viewer/kernels/measure-finding.ts";
import { type OutlineDiameters, outlineDiameters } from "../../viewer/kernels/outline-diameters.ts";
import { polygonArea, signedArea } from "../../viewer/kernels/polygon-area.ts";
import { referenceLine } from "../../viewer/kernels/reference-line.ts";
import type { RoiImage } from "../../viewer/kernels/roi-statistics.ts";

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Stretched a little, so that the round numbers fast-check likes do not lead a side through the very centre of pixels. */
const spot = (size = 40): fc.Arbitrary<ImagePoint> =>
  fc
    .record({ x: between(-5, size), y: between(-5, size) })
    .map(({ x, y }) => ({ x: x * 0.99731 + 0.01313, y: y * 0.99173 + 0.00717 }));
const spots = (least: number, most: number, size = 40) => fc.array(spot(size), { minLength: least, maxLength: most });
const spacing = fc.record({
  rowMm: between(0.2, 3),
  columnMm: between(0.2, 3),
  at: fc.constantFrom("patient" as const, "imager" as const),
});

/** A turn or a mirroring in the plane, then a shift. */
const motion = fc.record({
  angle: between(-4, 4),
  mirrored: fc.boolean(),
  dx: between(-500, 500),
  dy: between(-500, 500),
});
type Motion = typeof motion extends fc.Arbitrary<infer T> ? T : never;
function moved({ x, y }: ImagePoint, { angle, mirrored, dx, dy }: Motion): ImagePoint {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const u = mirrored ? -x : x;
  return { x: cos * u - sin * y + dx, y: sin * u + cos * y + dy };
}

/** Three axes at right angles, any way round, and where they begin. */
const place = fc
  .record({
    a: fc.tuple(between(-1, 1), between(-1, 1), between(-1, 1)),
    b: fc.tuple(between(-1, 1), between(-1, 1), between(-1, 1)),
    origin: fc.tuple(between(-900, 900), between(-900, 900), between(-900, 900)),
  })
  .filter(
    ({ a, b }) => Math.hypot(...a) > 0.1 && Math.hypot(...b) > 0.1 && Math.hypot(...cross(unit(a), unit(b))) > 0.1,
  )
  .map(({ a, b, origin }) => {
    const row = unit(a);
    const normal = unit(cross(row, b));
    return { row, column: cross(normal, row), normal, origin };
  });

const points = (kind: (typeof FINDING_KINDS)[number]) => {
  const shape = FINDING_SHAPES[kind].points;
  const counts = "least" in shape ? [shape.least, shape.least + 5] : shape;
  return fc.constantFrom(...counts).chain((count) => spots(count, count));
};
const drawn = fc.constantFrom(...FINDING_KINDS).chain((kind) => points(kind).map((at) => ({ kind, at })));

/** Equal within what a shift by some hundred millimetres and a turn leave of sixteen digits; angles near 0 lose half. */
function expectClose(found: object, wanted: object): void {
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) {
    const other = Object.entries(found).find(([key]) => key === name)?.[1];
    if (typeof value === "number") expect(Math.abs(other - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    else expect(other).toEqual(value);
  }
}

describe("what is measured in millimetres", () => {
  test("stays the same when everything is turned, mirrored and shifted", () => {
    const image = { rows: 64, columns: 64, pixels: undefined, rescale: { slope: 1, intercept: 0, unit: "" } };
    const square = { rowMm: 1, columnMm: 1, at: "patient" } as const;
    fc.assert(
      fc.property(drawn, motion, ({ kind, at }, how) => {
        const here = measureOnImage(kind, at, { ...image, spacing: square });
        const there = measureOnImage(
          kind,
          at.map((one) => moved(one, how)),
          { ...image, spacing: square },
        );
        // a shape whose arms are shorter than the shift's rounding has no angle to keep
        fc.pre(shortestSide(at) > 1e-3);
        expectClose(there.measures, here.measures);
        expect(there.refusal).toBe(here.refusal);
      }),
      { numRuns: 1000 },
    );
  });

  test("is the same on an image and at the same place in the patient, with any pixel spacing", () => {
    fc.assert(
      fc.property(drawn, spacing, place, ({ kind, at }, { rowMm, columnMm }, { row, column, normal, origin }) => {
        fc.pre(shortestSide(at) > 1e-3);
        const plane: FramePlane = {
          geometry: { position: origin, row, column, normal, along: dot(origin, normal) },
          spacing: { rowMm, columnMm, at: "patient" },
          rows: 64,
          columns: 64,
        };
        const image = { rows: 64, columns: 64, pixels: undefined, rescale: { slope: 1, intercept: 0, unit: "" } };
        const onImage = measureOnImage(kind, at, { ...image, spacing: plane.spacing });
        const patient = at.map((one) => patientPoint(plane, one));
        expectClose(measureInPatient(kind, patient, { row, column }).measures, onImage.measures);
        for (const [index, one] of patient.entries()) {
          const back = imagePoint(plane, one);
          expect(back.x).toBeCloseTo(at[index]?.x ?? Number.NaN, 8);
          expect(back.y).toBeCloseTo(at[index]?.y ?? Number.NaN, 8);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("is always what the server takes", () => {
    fc.assert(
      fc.property(drawn, fc.option(spacing, { nil: undefined }), fc.boolean(), ({ kind, at }, mm, choice) => {
        const pixels = Uint16Array.from({ length: 40 * 40 }, (_, index) => (index * 7919) % 4096);
        const rescale = { slope: 1, intercept: -1024, unit: "HU" };
        const { measures } = measureOnImage(
          kind,
          at,
          { rows: 40, columns: 40, pixels, rescale, spacing: mm },
          { obtuse: choice, around: choice },
        );
        const finding = {
          id: "0197a3a8-6f7d-7c3e-9a52-0d7f3a5b6c11",
          kind,
          place: { on: "frame", frameKey: "1.2.3/1", points: at },
          measures,
          number: 1,
          label: "右肺",
        };
        expect(Finding.parse(JSON.parse(JSON.stringify(finding)))).toEqual(JSON.parse(JSON.stringify(finding)));
      }),
      { numRuns: 500 },
    );
  });
});

function shortestSide(at: readonly ImagePoint[]): number {
  return Math.min(
    ...at.map((one, index) => {
      const next = at[(index + 1) % at.length] ?? one;
      return at.length === 1 ? 1 : Math.hypot(next.x - one.x, next.y - one.y);
    }),
  );
}

/** Corners at rising angles about a middle: an outline that does not cross itself, seldom convex. */
const star = fc
  .record({
    middle: spot(),
    arms: fc.array(fc.record({ turn: between(0.05, 1), reach: between(1, 20) }), { minLength: 3, maxLength: 24 }),
  })
  .map(({ middle, arms }) => {
    const all = arms.reduce((sum, { turn }) => sum + turn, 0);
    let angle = 0;
    const outline = arms.map(({ turn, reach }): ImagePoint => {
      angle += (turn / all) * 2 * Math.PI;
      return { x: middle.x + reach * Math.cos(angle), y: middle.y + reach * Math.sin(angle) };
    });
    return { middle, outline, widest: Math.max(...arms.map(({ turn }) => turn / all)) };
  })
  // no sector of half a turn or more, so that the middle is inside
  .filter(({ widest }) => widest < 0.49);

describe("the area of an outline", () => {
  test("is the sum of its triangles", () => {
    fc.assert(
      fc.property(star, ({ middle, outline }) => {
        // by Heron's formula, in which no cross product is
        const heron = outline.reduce((sum, a, index) => {
          const b = outline[(index + 1) % outline.length] ?? a;
          const [p, q, r] = [gap(middle, a), gap(middle, b), gap(a, b)];
          const half = (p + q + r) / 2;
          return sum + Math.sqrt(Math.max(0, half * (half - p) * (half - q) * (half - r)));
        }, 0);
        expect(polygonArea(outline).crossesItself).toBe(false);
        expect(polygonArea(outline).mm2).toBeCloseTo(heron, 4);
      }),
    );
  });

  test("of any outline, crossing itself or not, is what many points count inside", () => {
    fc.assert(
      fc.property(spots(3, 9, 35), (outline) => {
        const side = 200;
        let inside = 0;
        for (let row = 0; row < side; row++)
          for (let column = 0; column < side; column++)
            if (isInside(outline, { x: -5 + ((column + 0.5) * 40) / side, y: -5 + ((row + 0.5) * 40) / side }))
              inside++;
        const { mm2, crossesItself } = polygonArea(outline);
        // at worst a side of 45 mm runs along the grid, half a cell of 0.2 mm beside its centres
        expect(Math.abs((mm2 ?? Number.NaN) - inside * 0.04)).toBeLessThan(outline.length * 4.5);
        if (!crossesItself) expect(mm2).toBeCloseTo(Math.abs(signedArea(outline)), 9);
      }),
      { numRuns: 60 },
    );
  });
});

const gap = (a: ImagePoint, b: ImagePoint): number => Math.hypot(b.x - a.x, b.y - a.y);

/** By the angle each side is seen under, doubled windings being outside: another way than by crossings of a row. */
function isInside(outline: readonly ImagePoint[], at: ImagePoint): boolean {
  let angle = 0;
  for (const [index, a] of outline.entries()) {
    const b = outline[(index + 1) % outline.length] ?? a;
    const [ax, ay, bx, by] = [a.x - at.x, a.y - at.y, b.x - at.x, b.y - at.y];
    angle += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  }
  return Math.abs(Math.round(angle / (2 * Math.PI))) % 2 === 1;
}

const roiImage = fc
  .record({
    rows: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 1, max: 9999 }),
    slope: fc.constantFrom(1, 0.5, 2),
    intercept: fc.constantFrom(0, -1024, 17.5),
  })
  .map(
    ({ rows, columns, seed, slope, intercept }): RoiImage => ({
      rows,
      columns,
      pixels: Int16Array.from({ length: rows * columns }, (_, index) => ((index * 7919 + seed * 104729) % 5003) - 1000),
      rescale: { slope, intercept, unit: "HU" },
      spacing: { rowMm: 1, columnMm: 1, at: "patient" },
    }),
  );

/** Every pixel of the image asked one by one; mean and deviation in two passes. */
function bruteForce({ rows, columns, pixels, rescale }: RoiImage, isIn: (at: ImagePoint) => boolean) {
  const values: number[] = [];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      if (isIn({ x: x + 0.5, y: y + 0.5 }))
        values.push((pixels[y * columns + x] ?? Number.NaN) * rescale.slope + rescale.intercept);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    count: values.length,
    mean: expect.closeTo(mean, 6),
    standardDeviation: expect.closeTo(Math.sqrt(variance), 6),
    min: Math.min(...values),
    max: Math.max(...values),
    unit: rescale.unit,
  };
}

describe("the values in a region", () => {
  test("of an outline are those of a brute-force reference", () => {
    fc.assert(
      fc.property(roiImage, spots(3, 12), (image, outline) => {
        expect(measureOnImage("freehand", outline, image).measures.values).toEqual(
          bruteForce(image, (at) => isInside(outline, at)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("of an ellipse are those of a brute-force reference", () => {
    fc.assert(
      fc.property(
        roiImage,
        spot(),
        between(0.5, 20),
        between(0.5, 20),
        between(-4, 4),
        (image, centre, a, b, angle) => {
          const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
          const ends = [
            { x: centre.x + a * cos, y: centre.y + a * sin },
            { x: centre.x - b * sin, y: centre.y + b * cos },
          ];
          // the sum of the distances to the foci, here with the longer axis first
          const [long, short, ux, uy] = a >= b ? [a, b, cos, sin] : [b, a, -sin, cos];
          const focal = Math.sqrt(long * long - short * short);
          const foci = [-1, 1].map((way) => ({ x: centre.x + way * focal * ux, y: centre.y + way * focal * uy }));
          const wanted = bruteForce(image, (at) => foci.reduce((sum, focus) => sum + gap(focus, at), 0) <= 2 * long);
          expect(measureOnImage("ellipse", [centre, ...ends], image).measures.values).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("do not change when image and outline are turned by a quarter or mirrored", () => {
    fc.assert(
      fc.property(roiImage, spots(3, 8), (image, outline) => {
        const { rows, columns, pixels } = image;
        const sameOf = (turned: RoiImage, at: (point: ImagePoint) => ImagePoint): void => {
          const here = measureOnImage("freehand", outline, image).measures.values;
          const there = measureOnImage("freehand", outline.map(at), turned).measures.values;
          expect(there && { ...there, mean: 0, standardDeviation: 0 }).toEqual(
            here && { ...here, mean: 0, standardDeviation: 0 },
          );
          if (here) expect(there?.mean).toBeCloseTo(here.mean, 6);
        };
        const at = (x: number, y: number): number => pixels[y * columns + x] ?? Number.NaN;
        const quarter = Array.from({ length: rows * columns }, (_, index) =>
          at(Math.floor(index / rows), rows - 1 - (index % rows)),
        );
        sameOf({ ...image, rows: columns, columns: rows, pixels: quarter }, ({ x, y }) => ({ x: rows - y, y: x }));
        const mirrored = Array.from({ length: rows * columns }, (_, index) =>
          at(columns - 1 - (index % columns), Math.floor(index / columns)),
        );
        sameOf({ ...image, pixels: mirrored }, ({ x, y }) => ({ x: columns - x, y }));
      }),
      { numRuns: 300 },
    );
  });
});

describe("the diameters of an outline", () => {
  const lengths = ({ long, short }: OutlineDiameters): readonly [number, number] => [gap(...long), gap(...short)];

  test("stay when it is moved, are square to one another, and none across is longer", () => {
    fc.assert(
      fc.property(star, motion, between(0.001, 0.999), ({ outline }, how, share) => {
        const here = outlineDiameters(outline);
        const there = outlineDiameters(outline.map((one) => moved(one, how)));
        if (!here || !there) throw new Error("an outline with extent has diameters");
        const [long, short] = lengths(here);
        expect(lengths(there)[0]).toBeCloseTo(long, 6);
        expect(short).toBeLessThanOrEqual(long + 1e-9);
        const [a, b] = here.long;
        const [c, d] = here.short;
        expect(((b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y)) / (long * short)).toBeCloseTo(0, 6);
        // any chord across: those between neighbouring crossings of the line at a share of the long axis
        const foot = { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
        const across = { x: -(b.y - a.y) / long, y: (b.x - a.x) / long };
        const found = outline
          .flatMap((p, index) => {
            const q = outline[(index + 1) % outline.length] ?? p;
            const along = (one: ImagePoint) => ((one.x - foot.x) * (b.x - a.x) + (one.y - foot.y) * (b.y - a.y)) / long;
            const [from, to] = [along(p), along(q)];
            if (from < 0 === to < 0) return [];
            const t = from / (from - to);
            return [(p.x + t * (q.x - p.x) - foot.x) * across.x + (p.y + t * (q.y - p.y) - foot.y) * across.y];
          })
          .sort((left, right) => left - right);
        for (let pair = 0; pair + 1 < found.length; pair += 2)
          expect((found[pair + 1] ?? 0) - (found[pair] ?? 0)).toBeLessThanOrEqual(short + 1e-6);
      }),
      { numRuns: 500 },
    );
  });
});

describe("slices of two stacks", () => {
  const planeAt = (
    origin: PatientVector,
    { row, column, normal }: { row: PatientVector; column: PatientVector; normal: PatientVector },
  ): FramePlane => ({
    geometry: { position: origin, row, column, normal, along: dot(origin, normal) },
    spacing: { rowMm: 0.8, columnMm: 0.7, at: "patient" },
    rows: 90,
    columns: 110,
  });
  const format = {
    rows: 90,
    columns: 110,
    samplesPerPixel: 1,
    photometricInterpretation: "MONOCHROME2",
    planarConfiguration: 0,
    bitsAllocated: 16,
    bitsStored: 16,
    pixelRepresentation: 1,
  };

  test("lead from a slice to the one it was linked to, and on by the same way in millimetres", () => {
    fc.assert(
      fc.property(
        place,
        fc.array(between(0.3, 8), { minLength: 2, maxLength: 40 }),
        between(-400, 400),
        fc.nat(),
        ({ origin, ...axes }, gaps, away, pick) => {
          let along = 0;
          const stack = gaps.map((mm) => {
            along += mm;
            const at: PatientVector = [
              origin[0] + axes.normal[0] * along,
              origin[1] + axes.normal[1] * along,
              origin[2] + axes.normal[2] * along,
            ];
            return { ...planeAt(at, axes), format };
          });
          const here = planeAt([origin[0], origin[1], origin[2] + away], axes);
          const index = pick % stack.length;
          const offset = linkOffsetMm(here, stack, index);
          expect(linkedSlice(here, stack, offset)?.index).toBe(index);
          expect(linkedSlice(here, stack, offset)?.offMm).toBeCloseTo(0, 8);
          // the same slice of the other stack as brute force over what is left between them
          const free = linkedSlice(here, stack);
          const distances = stack.map((_, at) => Math.abs(linkOffsetMm(here, stack, at) ?? Number.NaN));
          expect(Math.abs(free?.offMm ?? Number.NaN)).toBeCloseTo(Math.min(...distances), 8);
        },
      ),
    );
  });

  test("a reference line lies in both slices, inside both pictures", () => {
    let lines = 0;
    fc.assert(
      fc.property(place, place, (a, b) => {
        const near = (origin: PatientVector): PatientVector => [origin[0] / 20, origin[1] / 20, origin[2] / 20];
        const [slice, on] = [planeAt(near(a.origin), a), planeAt(near(b.origin), b)];
        const line = referenceLine(slice, on);
        if (!line) return;
        lines++;
        for (const end of line) {
          const point = patientPoint(on, end);
          expect(dot(point, slice.geometry.normal)).toBeCloseTo(slice.geometry.along, 6);
          const there = imagePoint(slice, point);
          for (const [value, most] of [
            [end.x, 110],
            [end.y, 90],
            [there.x, 110],
            [there.y, 90],
          ] as const) {
            expect(value).toBeGreaterThan(-1e-6);
            expect(value).toBeLessThan(most + 1e-6);
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(lines).toBeGreaterThan(50);
  });
});
