import { describe, expect, test } from "vitest";
import { dicomFaults, saidBy } from "../../../tests/support/dicom-tools.ts";
import { jsonOf, markedStudy, READER } from "../../../tests/support/marked-study.ts";
import type { ImageReference } from "../../marks/image-reference.ts";
import type { DisplayedArea, PresentationState } from "../../marks/presentation-state.ts";
import { presentationStateOf } from "../../marks/read-presentation-state.ts";
import type { DocumentContext } from "../document/document-file.ts";
import { presentationStateFile } from "./presentation-state-file.ts";

function whole(images: readonly ImageReference[]): PresentationState {
  return {
    label: "MARKS",
    description: "阅片标注",
    images,
    rescale: { slope: 1, intercept: -1024, type: "HU" },
    windows: [],
    areas: [
      { images: [], topLeft: [1, 1], bottomRight: [32, 32], size: { mode: "SCALE TO FIT" }, pixelAspectRatio: [1, 1] },
    ],
    rotation: 0,
    isFlipped: false,
    isInverted: false,
    layers: [],
    annotations: [],
  };
}

/** Everything that a presentation state of the hub can say. */
function rich(images: readonly [ImageReference, ImageReference, ImageReference]): PresentationState {
  const [first, second, third] = images;
  return {
    ...whole(images),
    windows: [
      { images: [first], window: { center: -600, width: 1500 }, voiFunction: "LINEAR", explanation: "肺窗" },
      { images: [second, third], window: { center: 40.5, width: 400 }, voiFunction: "LINEAR_EXACT", explanation: "" },
    ],
    areas: [
      {
        images: [first],
        topLeft: [5, 3],
        bottomRight: [28, 30],
        size: { mode: "MAGNIFY", ratio: 2.5 },
        pixelAspectRatio: [1, 1],
      },
      {
        images: [second],
        topLeft: [1, 1],
        bottomRight: [32, 32],
        size: { mode: "TRUE SIZE", spacingMm: [0.7, 0.7] },
        pixelAspectRatio: [1, 1],
      },
      {
        images: [third],
        topLeft: [2, 4],
        bottomRight: [31, 30],
        size: { mode: "SCALE TO FIT" },
        pixelAspectRatio: [4, 3],
      },
    ],
    rotation: 270,
    isFlipped: true,
    isInverted: true,
    layers: [
      { name: "MARKS", order: 1, description: "测量", grey: 65535 },
      { name: "TEXTS", order: 2, description: "", grey: undefined },
    ],
    annotations: [
      {
        images: [first],
        layer: "MARKS",
        graphics: [
          {
            units: "PIXEL",
            graphicType: "POLYLINE",
            points: [
              [4.25, 5.5],
              [20.75, 9],
            ],
            isFilled: false,
          },
          {
            units: "PIXEL",
            graphicType: "POLYLINE",
            points: [
              [4, 4],
              [10, 4],
              [10, 9],
              [4, 4],
            ],
            isFilled: true,
          },
          {
            units: "PIXEL",
            graphicType: "CIRCLE",
            points: [
              [16, 16],
              [20, 16],
            ],
            isFilled: false,
          },
          {
            units: "PIXEL",
            graphicType: "ELLIPSE",
            points: [
              [4, 10],
              [20, 10],
              [12, 6.5],
              [12, 13.5],
            ],
            isFilled: false,
          },
          { units: "PIXEL", graphicType: "POINT", points: [[7.5, 7.5]], isFilled: false },
        ],
        texts: [],
      },
      {
        images: [second, third],
        layer: "TEXTS",
        graphics: [],
        texts: [
          { text: "结节 17.1 mm", box: undefined, anchor: { units: "PIXEL", at: [20.5, 21.5], isVisible: true } },
          {
            text: "对照前片",
            box: { units: "DISPLAY", topLeft: [0.25, 0.125], bottomRight: [0.5, 0.25] },
            anchor: { units: "PIXEL", at: [3, 4], isVisible: false },
          },
        ],
      },
    ],
  };
}

/** dcmpschk takes every byte beyond ASCII for an error. */
function latin(context: DocumentContext): DocumentContext {
  return { ...context, patientName: "Jin^Shunyu", referringPhysician: "", institutionName: "Centre" };
}

function inAscii(state: PresentationState): PresentationState {
  return JSON.parse(JSON.stringify(state).replace(/\p{Script=Han}+/gu, "mark"));
}

describe("presentationStateFile", () => {
  test("how it was looked at and what was drawn come back as they were", async () => {
    const { images, context } = markedStudy();
    const head = context();
    const state = rich(images);
    const file = presentationStateFile(head, READER, state);
    expect(await dicomFaults(file)).toEqual([]);
    expect(presentationStateOf(jsonOf(file))).toEqual({
      ...state,
      sopClassUid: "1.2.840.10008.5.1.4.1.1.11.1",
      sopInstanceUid: head.sopInstanceUid,
      creator: { han: "文清", latin: "Wen Qing" },
      creationDate: "20261120",
      creationTime: "113000",
      shutters: [],
      leftOut: [],
    });
  });

  test("dcmtk's own checker of presentation states passes it, in the least and in the most", async () => {
    const { images, context } = markedStudy();
    for (const state of [whole(images), rich(images)]) {
      const file = presentationStateFile(latin(context()), "Wen^Qing", inAscii(state));
      const said = await saidBy("dcmpschk", [], file);
      expect(said).toContain("Test passed");
      expect(said).not.toMatch(/^[EF]: /m);
    }
  });

  test.each([0, 90, 180, 270] as const)("an area of an image turned by %i° is the same area", async (rotation) => {
    const { images, context } = markedStudy();
    for (const isFlipped of [false, true]) {
      const { areas } = rich(images);
      const file = presentationStateFile(context(), READER, { ...whole(images), areas, rotation, isFlipped });
      // dciodvfy knows which corner belongs where
      expect(await dicomFaults(file)).toEqual([]);
      expect(presentationStateOf(jsonOf(file))).toMatchObject({ areas, rotation, isFlipped });
    }
  });

  test("an area may reach beyond the image", () => {
    const { images, context } = markedStudy();
    const area: DisplayedArea = {
      images: [],
      topLeft: [-3, -2],
      bottomRight: [36, 34],
      size: { mode: "SCALE TO FIT" },
      pixelAspectRatio: [1, 1],
    };
    const state: PresentationState = { ...whole(images), areas: [area], rotation: 90 };
    expect(presentationStateOf(jsonOf(presentationStateFile(context(), READER, state)))?.areas).toEqual([area]);
  });

  test("frames of a multi-frame image are named, wherever they are meant", () => {
    const { images, context } = markedStudy();
    const frame = { ...images[0], frameNumbers: [2, 4] };
    const state = {
      ...whole([frame]),
      windows: [{ images: [frame], window: { center: 40, width: 80 }, voiFunction: "SIGMOID", explanation: "" }],
    } as const satisfies PresentationState;
    const read = presentationStateOf(jsonOf(presentationStateFile(context(), READER, state)));
    expect(read).toMatchObject({ images: [frame], windows: [{ images: [frame], voiFunction: "SIGMOID" }] });
  });

  test("texts are cut to what LO and ST hold; nothing to show is refused", () => {
    const { images, context } = markedStudy();
    const anchor = { units: "PIXEL", at: [4, 4], isVisible: false } as const;
    const texts = [{ text: "长".repeat(1100), box: undefined, anchor }];
    const file = presentationStateFile(context(), READER, {
      ...whole(images),
      layers: [{ name: "MARKS", order: 1, description: "", grey: undefined }],
      annotations: [{ images: [], layer: "MARKS", graphics: [], texts }],
    });
    expect(presentationStateOf(jsonOf(file))?.annotations[0]?.texts[0]?.text).toBe("长".repeat(1024));
    const long = { ...whole(images), description: `第一行\n${"长".repeat(80)}\\尾` };
    const read = presentationStateOf(jsonOf(presentationStateFile(context(), READER, long)));
    expect(read?.description).toBe(`第一行 ${"长".repeat(60)}`); // 3 + 1 + 60 = 64 characters
    expect(() => presentationStateFile(context(), READER, { ...whole(images), areas: [] })).toThrow(RangeError);
    expect(() => presentationStateFile(context(), READER, whole([]))).toThrow(RangeError);
  });
});
