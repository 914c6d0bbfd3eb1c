import type { DemoInstance } from "../../core/demo/ct-study.ts";
import { DEMO_PEOPLE } from "../../core/demo/demo-people.ts";
import { demoUid } from "../../core/demo/demo-uid.ts";
import { type DicomRows, writePart10 } from "../../core/demo/part10-writer.ts";

const ENHANCED_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2.1";

export interface EnhancedCtOptions {
  readonly seed: string;
  readonly frames: number;
  /** Pixels of a row and of a column. */
  readonly size: number;
}

/** One Enhanced CT (PS3.3 A.38) of an invented person: each frame has its place in a per-frame functional group of its own. */
export function enhancedCt({ seed, frames, size }: EnhancedCtOptions): DemoInstance {
  const [person] = DEMO_PEOPLE;
  const [studyInstanceUid, seriesInstanceUid, sopInstanceUid] = ["study", "series", "instance"].map((level) =>
    demoUid(seed, "enhanced", level),
  ) as [string, string, string];
  const pixels = new Int16Array(frames * size * size);
  for (let frame = 0; frame < frames; frame++) pixels.fill((frame % 2000) - 1000, frame * size * size);
  const rows: DicomRows = [
    [0x00080005, "CS", "ISO_IR 192"],
    [0x00080008, "CS", ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]],
    [0x00080016, "UI", ENHANCED_CT_IMAGE_STORAGE],
    [0x00080018, "UI", sopInstanceUid],
    [0x00080020, "DA", "20261120"],
    [0x00080030, "TM", "101500"],
    [0x00080050, "SH", "ENH1"],
    [0x00080060, "CS", "CT"],
    [0x00100010, "PN", `${person.nameLatin}=${person.nameHan}`],
    [0x00100020, "LO", person.id],
    [0x00100030, "DA", person.birthDate],
    [0x00100040, "CS", person.sex],
    [0x0020000d, "UI", studyInstanceUid],
    [0x0020000e, "UI", seriesInstanceUid],
    [0x00200011, "IS", 1],
    [0x00200013, "IS", 1],
    [0x00280002, "US", 1],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280008, "IS", frames],
    [0x00280010, "US", size],
    [0x00280011, "US", size],
    [0x00280100, "US", 16],
    [0x00280101, "US", 16],
    [0x00280102, "US", 15],
    [0x00280103, "US", 1],
    [0x52009229, "SQ", [sharedGroups()]],
    [0x52009230, "SQ", Array.from({ length: frames }, (_, frame) => frameGroups(frame))],
    [0x7fe00010, "OW", new Uint8Array(pixels.buffer)],
  ];
  const bytes = writePart10({ sopClassUid: ENHANCED_CT_IMAGE_STORAGE, sopInstanceUid, charset: "ISO_IR 192", rows });
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, bytes };
}

/** Pixel measures, orientation, rescale and window (PS3.3 C.7.6.16.2, C.8.15.3). */
function sharedGroups(): DicomRows {
  return [
    [
      0x00289110,
      "SQ",
      [
        [
          [0x00180050, "DS", 1],
          [0x00280030, "DS", [0.7, 0.7]],
        ],
      ],
    ],
    [0x00209116, "SQ", [[[0x00200037, "DS", [1, 0, 0, 0, 1, 0]]]]],
    [
      0x00289145,
      "SQ",
      [
        [
          [0x00281052, "DS", 0],
          [0x00281053, "DS", 1],
          [0x00281054, "LO", "HU"],
        ],
      ],
    ],
    [
      0x00289132,
      "SQ",
      [
        [
          [0x00281050, "DS", 40],
          [0x00281051, "DS", 400],
        ],
      ],
    ],
  ];
}

/** Frame content and plane position: what differs from frame to frame. */
function frameGroups(frame: number): DicomRows {
  return [
    [0x00209111, "SQ", [[[0x00209157, "UL", [1, frame + 1]]]]],
    [0x00209113, "SQ", [[[0x00200032, "DS", [-100, -100, frame]]]]],
  ];
}
