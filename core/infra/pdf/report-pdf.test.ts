import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { PrintedReport } from "../../report/printed-report.ts";
import { reportPdf } from "./report-pdf.ts";

const REPORT: PrintedReport = {
  patientName: "王桂兰",
  patientSex: "F",
  patientAge: "077Y",
  patientBirthDate: "19490309",
  patientId: "YJ0000123",
  accessionNumber: "C20261122001",
  siteName: "延吉社区卫生服务中心",
  centreName: "杨浦区影像诊断中心",
  studyDate: "20261122",
  studyTime: "140532",
  modality: "CT",
  description: "胸部 CT 平扫",
  bodyParts: ["CHEST"],
  clinicalHistory: "咳嗽一周",
  question: "肺炎？",
  findings: "右肺上叶见一实性小结节，直径约 6 mm。",
  impression: "右肺上叶小结节，建议随访。",
  authorName: "顾明远",
  countersignerName: "郑雅琴",
  writtenAt: Date.parse("2026-11-22T06:30:12Z"), // 14:30 in Shanghai
  signedAt: Date.parse("2026-11-22T16:05:59Z"), // 00:05 of the next day
  timeZone: "Asia/Shanghai",
  contentSha256: "a1b2c3d4".repeat(8),
};
const LONG = Array.from({ length: 70 }, (_, i) => `第${i + 1}段，双肺纹理清晰，未见明显渗出影。`).join("\n");

const folder = mkdtempSync(path.join(tmpdir(), "hub-pdf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function made(changes: Partial<PrintedReport> = {}): Promise<string> {
  const file = path.join(folder, `${crypto.randomUUID()}.pdf`);
  writeFileSync(file, await reportPdf({ ...REPORT, ...changes }));
  return file;
}

test("the same report is the same bytes, so that a second run stores nothing new", async () => {
  const [one, two] = [await reportPdf(REPORT), await reportPdf(REPORT)];
  expect(one.equals(two)).toBe(true);
  expect(one.toString("latin1", 0, 5)).toBe("%PDF-");
});

describe("read back by poppler", () => {
  const plain = (file: string, ...args: string[]) =>
    spawnSync("pdftotext", [...args, file, "-"], { encoding: "utf8" }).stdout.replace(/[^\S\f]/g, "");

  test("it has the five parts, both signatures and their times at the site, to the minute", async () => {
    const text = plain(await made());
    const order = [
      "杨浦区影像诊断中心",
      "影像诊断报告",
      "姓名：王桂兰",
      "性别：女",
      "年龄：77岁",
      "检查时间：2026-11-2214:05",
      "检查项目",
      "影像学表现",
      "直径约6mm",
      "诊断意见",
      "建议随访",
      "报告医师：顾明远",
      "审核医师：郑雅琴",
      "报告时间：2026-11-2214:30",
      "审核时间：2026-11-2300:05",
      "第1页共1页",
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(order.filter((_, i) => places[i] === -1)).toEqual([]);
    expect(places.slice(0, -1)).toEqual(places.slice(0, -1).toSorted((a, b) => a - b));
    expect(text).toContain(REPORT.contentSha256);
  });

  test("an ECG's is called so", async () => {
    const text = plain(await made({ modality: "ECG" }));
    expect(text).toContain("心电图诊断报告");
    expect(text).toContain("心电图表现");
  });

  test("long findings go on over pages: each paragraph once, the patient on each page, pages counted", async () => {
    const file = await made({ findings: LONG, clinicalHistory: "病史".repeat(900) });
    const pages = plain(file).split("\f").slice(0, -1);
    expect(pages.length).toBeGreaterThan(2);
    const text = pages.join("");
    for (let i = 1; i <= 70; i++) expect(text.split(`第${i}段`)).toHaveLength(2);
    expect(text.split("病史").length - 1).toBe(901); // the label, too
    pages.forEach((page, i) => {
      expect(page).toContain(`第${i + 1}页共${pages.length}页`);
      expect(page).toContain("王桂兰");
    });
    expect(pages.at(-1)).toContain("审核医师：郑雅琴");
  });

  test("what the font lacks is printed as its code; what is missing as a dash", async () => {
    const text = plain(
      await made({
        patientName: "𠮷田",
        findings: "见😀与ᠮ，①²℃±≥可印",
        patientSex: "",
        patientAge: "",
        accessionNumber: "",
      }),
    );
    for (const words of [
      "姓名：[U+20BB7]田",
      "见[U+1F600]与[U+182E]，",
      "①",
      "℃±≥可印",
      "性别：—",
      "年龄：—",
      "检查号：—",
    ])
      expect(text.normalize("NFKC")).toContain(words.normalize("NFKC"));
  });

  test.each([
    ["an ordinary one", {}],
    ["a long one", { findings: LONG }],
    [
      "long words and names",
      { patientName: "阿卜杜热合曼".repeat(6), patientId: "9".repeat(64), findings: "A".repeat(900) },
    ],
    [
      "an empty one",
      { description: "", bodyParts: [], clinicalHistory: "", question: "", studyDate: "", studyTime: "" },
    ],
  ] as const)("it is A4, and its margins stay white: %s", async (_what, changes) => {
    const file = await made(changes);
    const info = spawnSync("pdfinfo", [file], { encoding: "utf8" }).stdout;
    expect(info).toMatch(/Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)/);
    // one dot a point, grey; pages one after another: P5, width height, 255, then the dots
    let rest = spawnSync("pdftoppm", ["-r", "72", "-gray", file], { maxBuffer: 1 << 26 }).stdout;
    while (rest.length > 0) {
      const [head, width = 0, height = 0] = (
        /^P5\n(\d+) (\d+)\n255\n/.exec(rest.toString("latin1", 0, 40)) ?? [""]
      ).map((part, i) => (i === 0 ? part.length : Number(part)));
      if (!head) throw new Error("not a page");
      const dots = rest.subarray(head, head + width * height);
      const ink = (x: number, y: number) => (dots[y * width + x] ?? 255) < 200;
      let [left, right, top, bottom] = [width, 0, height, 0];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          if (ink(x, y))
            [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      expect(left).toBeGreaterThanOrEqual(54);
      expect(right).toBeLessThanOrEqual(541);
      expect(top).toBeGreaterThanOrEqual(28);
      expect(bottom).toBeLessThanOrEqual(815);
      // between text and footer nothing is written
      for (let y = 773; y < 790; y++) for (let x = 0; x < width; x++) expect(ink(x, y)).toBe(false);
      rest = rest.subarray(head + width * height);
    }
  });
});
