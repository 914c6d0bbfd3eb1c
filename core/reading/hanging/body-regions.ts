import { hasAnyWord } from "./has-word.ts";

export const BODY_REGIONS = ["head", "neck", "chest", "abdomen", "spine", "extremity"] as const;
export type BodyRegion = (typeof BODY_REGIONS)[number];

/**
 * Words of a region in study and series descriptions and in Body Part Examined (0018,0015; PS3.16 table L-1). In the order in
 * which they are looked for: a word that is found is taken out, so that 胸椎 is no chest and 股骨头 no head.
 */
const WORDS: readonly (readonly [region: BodyRegion | null, words: readonly string[]])[] = [
  [null, ["手术", "术后", "头孢", "腹股沟"]],
  [
    "spine",
    [
      ...["颈椎", "胸椎", "腰椎", "骶椎", "尾椎", "骶尾", "椎间盘", "椎体", "脊柱", "颈腰"],
      ...["cspine", "tspine", "lspine", "sspine", "c-spine", "t-spine", "l-spine", "spine", "lumbar", "cervical spine"],
      ...["vertebra", "sacrum", "coccyx", "disc"],
    ],
  ],
  [
    "extremity",
    [
      ...["股骨头", "股骨", "髋", "膝", "踝", "足", "跟骨", "胫", "腓", "肩", "锁骨", "肱骨", "肘", "前臂", "腕", "手"],
      ...["四肢", "上肢", "下肢", "关节"],
      ...["hip", "femur", "thigh", "knee", "patella", "tibia", "fibula", "ankle", "foot", "calcaneus", "leg", "toe"],
      ...[
        "shoulder",
        "clavicle",
        "humerus",
        "elbow",
        "forearm",
        "wrist",
        "hand",
        "finger",
        "arm",
        "extremity",
        "extrem",
      ],
    ],
  ],
  ["neck", ["头颈", "颈部", "颈", "甲状腺", "喉", "咽", "neck", "larynx", "pharynx", "thyroid", "carotid"]],
  [
    "head",
    [
      ...["头", "颅", "脑", "眼眶", "鼻", "副鼻窦", "颞骨", "中耳", "内耳", "垂体", "颌面"],
      ...["head", "brain", "skull", "crani", "neuro", "orbit", "sinus", "temporal", "sella", "pituitary"],
    ],
  ],
  ["chest", ["胸", "肺", "纵隔", "气管", "肋", "chest", "thor", "lung", "mediastin", "hrct", "rib", "ribs"]],
  [
    "abdomen",
    [
      ...["腹", "肝", "胆", "胰", "脾", "肾", "盆", "膀胱", "泌尿", "输尿管", "胃", "肠"],
      ...[
        "abd",
        "abdom",
        "abdroutine",
        "liver",
        "pancrea",
        "kidney",
        "renal",
        "urogra",
        "ctu",
        "pelvis",
        "pelvic",
        "bladder",
        "uro",
      ],
    ],
  ],
];

/** The regions a text names, in the order of `BODY_REGIONS`. */
export function regionsInText(text: string): readonly BodyRegion[] {
  let rest = text.toLowerCase();
  const found = new Set<BodyRegion>();
  for (const [region, words] of WORDS) {
    for (const word of words) {
      if (!hasAnyWord(rest, [word])) continue;
      if (region) found.add(region);
      rest = rest.replaceAll(word, " ");
    }
  }
  return BODY_REGIONS.filter((region) => found.has(region));
}
