import type { ThemeConfig } from "antd";

/** The desks' look as Ant Design's tokens; the same values as in base.css. */
export const deskTheme: ThemeConfig = {
  token: {
    colorPrimary: "#08979c",
    colorInfo: "#08979c",
    colorLink: "#08737a",
    colorSuccess: "#389e0d",
    colorWarning: "#d48806",
    colorError: "#d4380d",
    colorText: "#1f2328",
    colorTextSecondary: "#57606a",
    colorTextDescription: "#57606a",
    colorTextPlaceholder: "#6e7781",
    colorBorder: "#d0d7de",
    colorBorderSecondary: "#e4e7eb",
    colorBgLayout: "#f5f7f8",
    borderRadius: 6,
    fontSize: 14,
    controlHeight: 32,
    fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    motionDurationSlow: "0.16s",
    motionDurationMid: "0.12s",
  },
  components: {
    Table: {
      cellPaddingBlock: 0,
      cellPaddingInline: 12,
      headerBg: "#fafbfc",
      headerColor: "#57606a",
      rowHoverBg: "#f0f6f6",
    },
    // white on the accent itself is under 4.5 : 1
    Button: {
      primaryShadow: "none",
      defaultShadow: "none",
      colorPrimary: "#077f84",
      colorPrimaryHover: "#08979c",
      colorPrimaryActive: "#066a6e",
    },
    Segmented: { itemSelectedColor: "#08737a", trackBg: "#eaeef0" },
  },
};
