import type { TextTable } from "./text-table.ts";

/** Words of a finding, in the list of findings and where it is put into the report. */
export const findingTexts = {
  "finding.length": ["长度", "Length"],
  "finding.angle": ["角度", "Angle"],
  "finding.cobb": ["Cobb 角", "Cobb angle"],
  "finding.bidirectional": ["双径", "Diameters"],
  "finding.ellipse": ["椭圆 ROI", "Ellipse ROI"],
  "finding.rectangle": ["矩形 ROI", "Rectangle ROI"],
  "finding.freehand": ["手绘 ROI", "Freehand ROI"],
  "finding.probe": ["探针", "Probe"],
  "finding.arrow": ["箭头", "Arrow"],
  "finding.text": ["文字", "Text"],
  "finding.nodule": ["结节", "Nodule"],
  "finding.numbered": ["{{kind}} {{number}}", "{{kind}} {{number}}"],
  "finding.titled": ["{{title}}：{{parts}}", "{{title}}: {{parts}}"],
  "finding.comma": ["，", ", "],
  "finding.area": ["面积 {{mm2}} mm²", "area {{mm2}} mm²"],
  "finding.mean": ["均值 {{mean}} ± {{sd}}{{unit}}", "mean {{mean}} ± {{sd}}{{unit}}"],
  "finding.range": ["范围 {{min}} ~ {{max}}{{unit}}", "range {{min}} to {{max}}{{unit}}"],
  "finding.at-imager": ["{{size}}（探测器面）", "{{size}} (at detector)"],
  "finding.no-spacing": ["无像素间距，未测量", "no pixel spacing, not measured"],
  "finding.image": ["图 {{slice}}/{{slices}}", "image {{slice}}/{{slices}}"],
} as const satisfies TextTable;
