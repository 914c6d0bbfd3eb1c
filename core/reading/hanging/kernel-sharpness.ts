import { hasAnyWord } from "./has-word.ts";

export const SHARPNESS = ["soft", "sharp"] as const;
export type Sharpness = (typeof SHARPNESS)[number];

const SHARP = ["lung", "bone", "edge", "sharp", "hrct", "chst", "ultra", "肺", "骨", "锐利"];
const SOFT = ["standard", "stnd", "std", "soft", "smooth", "brain", "detail", "软组织", "纵隔", "脑窗", "平滑"];

/**
 * Whether a reconstruction kernel (Convolution Kernel, 0018,1210) is for edges (lung, bone) or for soft tissue, from the names
 * that makers use. Undefined where the name says nothing: a guess would hang a bone kernel as soft tissue.
 */
export function kernelSharpness(kernel: string): Sharpness | undefined {
  const name = kernel.trim();
  // Siemens: B30f, B70s, H31s, Br40d, Bl57f, Hr64, I70f with iteration; the number grows with sharpness.
  const siemens = /^[BHIUQ][a-z]?(\d{2})[a-z]?(\b|_|\\|$)/i.exec(name);
  if (siemens) return Number(siemens[1]) >= 50 ? "sharp" : "soft";
  // Canon, Toshiba: FC01-FC29 body and head, FC30-39 bone, FC50-59 lung, FC80-89 high resolution; FC4x is head again.
  const canon = /^FC(\d{2})/i.exec(name);
  if (canon) {
    const number = Number(canon[1]);
    return (number >= 30 && number < 40) || (number >= 50 && number < 60) || number >= 80 ? "sharp" : "soft";
  }
  // Philips: A-C smooth, UA-UC the same for the head, D-E and YA-YD sharp, L for the lung.
  if (/^(A|B|C|UA|UB|UC|SA|SB)$/i.test(name)) return "soft";
  if (/^(D|E|L|YA|YB|YC|YD)$/i.test(name)) return "sharp";
  // GE, United Imaging (B_SHARP_C, B_SOFT_B), Neusoft and the rest say it in words.
  const words = name.replaceAll(/[_-]/g, " ");
  if (hasAnyWord(words, SHARP)) return "sharp";
  if (hasAnyWord(words, SOFT)) return "soft";
  return undefined;
}
