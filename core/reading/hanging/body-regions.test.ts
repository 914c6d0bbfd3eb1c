import { expect, it } from "vitest";
import { regionsInText } from "./body-regions.ts";

it.each([
  ["胸部CT平扫", ["chest"]],
  ["颅脑CT平扫", ["head"]],
  ["胸椎CT平扫", ["spine"]], // and no chest
  ["腰椎间盘CT", ["spine"]],
  ["股骨头CT三维", ["extremity"]], // and no head
  ["上腹部增强", ["abdomen"]],
  ["胸腹盆联合增强", ["chest", "abdomen"]],
  ["肺癌手术后复查", ["chest"]], // 手术 is no hand
  ["头颈CTA", ["neck"]],
  ["CSPINE", ["spine"]],
  ["CHEST", ["chest"]],
  ["HeadSeq 4.8", ["head"]],
  ["AbdRoutine 5.0", ["abdomen"]],
  ["Knee L", ["extremity"]],
  ["Thorax^ThorRoutine (Adult)", ["chest"]],
  ["水模质控", []],
  ["", []],
])("%s: %j", (text, regions) => {
  expect(regionsInText(text)).toEqual(regions);
});
