/** Wording for an examination without findings, in the language of the report (Chinese). */
export interface NormalText {
  readonly id: "chest-ct" | "head-ct" | "abdomen-ct" | "ecg";
  /** Modality of the study it is meant for. */
  readonly modality: "CT" | "ECG";
  /** BodyPartExamined (PS3.16 Annex L) for which it is offered first. */
  readonly bodyParts: readonly string[];
  readonly findings: string;
  readonly impression: string;
}

const NORMAL_TEXTS: readonly NormalText[] = [
  {
    id: "chest-ct",
    modality: "CT",
    bodyParts: ["CHEST", "LUNG", "THORAX"],
    findings:
      "胸廓对称，双侧肺野清晰，肺纹理走行自然，双肺未见明确实变、结节及肿块影。气管及主要支气管通畅，管腔未见狭窄。" +
      "双肺门不大，纵隔居中，纵隔内未见明显肿大淋巴结。心影大小、形态未见异常，心包未见积液。" +
      "双侧胸膜未见增厚，胸腔未见积液。扫描范围内骨质结构未见明显异常。",
    impression: "胸部CT平扫未见明显异常。",
  },
  {
    id: "head-ct",
    modality: "CT",
    bodyParts: ["HEAD", "BRAIN", "SKULL"],
    findings:
      "双侧大脑半球对称，灰白质分界清晰，脑实质内未见明确异常密度影。脑室系统大小、形态及位置正常，脑沟、脑裂及脑池未见增宽或变窄，" +
      "中线结构居中。小脑及脑干形态、密度未见异常。颅骨骨质结构完整，未见明确骨折征象。扫描范围内副鼻窦及乳突气房清晰。",
    impression: "颅脑CT平扫未见明显异常。",
  },
  {
    id: "abdomen-ct",
    modality: "CT",
    bodyParts: ["ABDOMEN", "ABDOMENPELVIS", "LIVER"],
    findings:
      "肝脏大小、形态正常，边缘光滑，各叶比例协调，肝实质密度均匀，未见明确异常密度影；肝内外胆管未见扩张。" +
      "胆囊大小正常，壁不厚，腔内未见高密度结石影。脾脏不大，密度均匀。胰腺形态、密度未见异常，胰管未见扩张，胰周脂肪间隙清晰。" +
      "双肾大小、形态正常，肾盂、肾盏未见扩张及结石影，双侧肾上腺未见增粗及结节。" +
      "腹腔内未见积液及游离气体，腹膜后未见明显肿大淋巴结。扫描范围内骨质结构未见明显异常。",
    impression: "腹部CT平扫未见明显异常。",
  },
  {
    id: "ecg",
    modality: "ECG",
    bodyParts: [],
    findings:
      "窦性心律，节律规整。P波形态、时限及电压正常，P-R间期正常。QRS波群时限、形态及电压正常，电轴无偏移，胸导联R波递增正常。" +
      "各导联ST段无明显偏移，T波方向及振幅正常，Q-T间期在正常范围，未见异常U波。",
    impression: "窦性心律，正常心电图。",
  },
];

/**
 * Those that fit the study: its body part's own, where it names one. Another part's wording is one click from a wrong
 * report, so it is offered only when the study does not say what was examined.
 */
export function normalTextsFor(modalities: readonly string[], bodyParts: readonly string[]): readonly NormalText[] {
  const fitting = NORMAL_TEXTS.filter((normal) => modalities.includes(normal.modality));
  const parts = bodyParts.map((part) => part.toUpperCase());
  return fitting.filter(
    (normal) =>
      parts.length === 0 || normal.bodyParts.length === 0 || normal.bodyParts.some((part) => parts.includes(part)),
  );
}

/** The text with the wording put in: an empty field takes it, a filled one gets it below what stands there. */
export function withNormalText(before: string, normal: string): string {
  const kept = before.trimEnd();
  if (kept === "") return normal;
  return kept.includes(normal) ? before : `${kept}\n${normal}`;
}
