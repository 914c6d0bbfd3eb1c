/** Whom a demo study is of. Dates as DICOM DA. */
export interface DemoPatient {
  readonly id: string;
  /** DICOM person name, alphabetic: family^given. */
  readonly nameLatin: string;
  /** DICOM person name, ideographic. */
  readonly nameHan: string;
  readonly birthDate: string;
  readonly sex: "F" | "M";
}

/** All invented. The first is a woman of 77 at any study between 2026-03-09 and 2027-03-08. */
export const DEMO_PEOPLE = [
  { id: "YJ000177", nameLatin: "Jin^Shunyu", nameHan: "金^顺玉", birthDate: "19490309", sex: "F" },
  { id: "YJ000182", nameLatin: "Zhao^Dehai", nameHan: "赵^德海", birthDate: "19540817", sex: "M" },
  { id: "YJ000195", nameLatin: "Sun^Xiuying", nameHan: "孙^秀英", birthDate: "19610202", sex: "F" },
  { id: "YJ000203", nameLatin: "Pu^Chengzhe", nameHan: "朴^成哲", birthDate: "19721130", sex: "M" },
  { id: "YJ000218", nameLatin: "Ouyang^Minghui", nameHan: "欧阳^明慧", birthDate: "19840526", sex: "F" },
  { id: "YJ000226", nameLatin: "Lyu^Jianguo", nameHan: "吕^建国", birthDate: "19570101", sex: "M" },
  { id: "CB000031", nameLatin: "Xu^Guilan", nameHan: "徐^桂兰", birthDate: "19520919", sex: "F" },
  { id: "CB000044", nameLatin: "Ma^Yongqiang", nameHan: "马^永强", birthDate: "19680404", sex: "M" },
  { id: "CB000058", nameLatin: "Cui^Yanhong", nameHan: "崔^艳红", birthDate: "19770713", sex: "F" },
  { id: "CB000063", nameLatin: "Zhang^Haoran", nameHan: "张^浩然", birthDate: "19960222", sex: "M" },
  { id: "CB000079", nameLatin: "Wei^Fengqin", nameHan: "魏^凤琴", birthDate: "19471205", sex: "F" },
  { id: "CB000085", nameLatin: "An^Zhengxi", nameHan: "安^正熙", birthDate: "20010630", sex: "M" },
] as const satisfies readonly DemoPatient[];
