import { expect, it } from "vitest";
import { kernelSharpness } from "./kernel-sharpness.ts";

it.each([
  ["B30f", "soft"],
  ["B70f", "sharp"],
  ["H31s", "soft"],
  ["H60s", "sharp"],
  ["Br40d", "soft"],
  ["Bl57f", "sharp"],
  ["I70f\\3", "sharp"],
  ["STANDARD", "soft"],
  ["LUNG", "sharp"],
  ["BONEPLUS", "sharp"],
  ["DETAIL", "soft"],
  ["FC03", "soft"],
  ["FC18", "soft"],
  ["FC30", "sharp"],
  ["FC51", "sharp"],
  ["FC86", "sharp"],
  ["B", "soft"],
  ["YA", "sharp"],
  ["L", "sharp"],
  ["B_SOFT_B", "soft"],
  ["B_SHARP_C", "sharp"],
  ["DEMO-SHARP", "sharp"],
  ["", undefined],
  ["IMR1", undefined],
])("%s is %s", (kernel, sharpness) => {
  expect(kernelSharpness(kernel)).toBe(sharpness);
});
