import type { Role } from "../access/policy.ts";

/** The demo district: invented people at places named after real streets of Yangpu. */
export const DEMO_SITES = [
  {
    id: "yanji",
    name: "延吉社区卫生服务中心",
    nameEn: "Yanji Community Health Centre",
    kind: "community",
    autoRequest: true,
    quietSeconds: 5,
  },
  {
    id: "changbai",
    name: "长白社区卫生服务中心",
    nameEn: "Changbai Community Health Centre",
    kind: "community",
    autoRequest: false,
    quietSeconds: 5,
  },
  {
    id: "qzx",
    name: "杨浦区影像诊断中心",
    nameEn: "Yangpu Imaging Centre",
    kind: "imaging-centre",
    autoRequest: false,
    quietSeconds: 60,
  },
  {
    id: "xdzx",
    name: "杨浦区心电诊断中心",
    nameEn: "Yangpu ECG Centre",
    kind: "ecg-centre",
    autoRequest: false,
    quietSeconds: 60,
  },
] as const;

export const DEMO_ROUTES = ["yanji", "changbai"].flatMap((siteId) => [
  { siteId, modality: "*", centreSiteId: "qzx" },
  { siteId, modality: "ECG", centreSiteId: "xdzx" },
]);

export interface DemoAccount {
  readonly username: string;
  readonly displayName: string;
  readonly title: string;
  readonly roles: readonly { readonly role: Role; readonly siteId: string | null }[];
}

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { username: "tech", displayName: "陈晓燕", title: "主管技师", roles: [{ role: "technician", siteId: "yanji" }] },
  { username: "gp", displayName: "林国栋", title: "全科主治医师", roles: [{ role: "gp", siteId: "yanji" }] },
  { username: "tech2", displayName: "何俊", title: "技师", roles: [{ role: "technician", siteId: "changbai" }] },
  { username: "gp2", displayName: "沈佩文", title: "全科医师", roles: [{ role: "gp", siteId: "changbai" }] },
  { username: "radiologist", displayName: "顾明远", title: "住院医师", roles: [{ role: "reader", siteId: "qzx" }] },
  {
    username: "reviewer",
    displayName: "郑雅琴",
    title: "副主任医师",
    roles: [
      { role: "reader", siteId: "qzx" },
      { role: "countersigner", siteId: "qzx" },
    ],
  },
  { username: "ecg", displayName: "许志华", title: "心电主治医师", roles: [{ role: "reader", siteId: "xdzx" }] },
  {
    username: "ecgreviewer",
    displayName: "邵春梅",
    title: "副主任医师",
    roles: [
      { role: "reader", siteId: "xdzx" },
      { role: "countersigner", siteId: "xdzx" },
    ],
  },
  { username: "admin", displayName: "管理员", title: "", roles: [{ role: "administrator", siteId: null }] },
];

/** `STORESCU` is what dcmtk's storescu calls itself when it is not told otherwise. */
export const DEMO_DEVICES = [
  { title: "CT_YANJI", siteId: "yanji" },
  { title: "ECG_YANJI", siteId: "yanji" },
  { title: "STORESCU", siteId: "yanji" },
  { title: "CT_CHANGBAI", siteId: "changbai" },
] as const;
