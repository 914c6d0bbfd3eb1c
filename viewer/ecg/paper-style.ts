/** The colours of the paper. Print is always `DAY_PAPER`. */
export interface PaperStyle {
  readonly paper: string;
  readonly minor: string;
  readonly major: string;
  readonly trace: string;
  readonly text: string;
  readonly dim: string;
  readonly caliper: string;
  readonly selected: string;
  readonly label: string;
}

export const DAY_PAPER: PaperStyle = {
  paper: "#FFF8F5",
  minor: "#F7D9D0",
  major: "#EDB3A3",
  trace: "#111111",
  text: "#1D1D1D",
  dim: "#6B5A55",
  caliper: "#08696B",
  selected: "#0B5CAD",
  label: "rgba(255, 248, 245, 0.92)",
};

export const NIGHT_PAPER: PaperStyle = {
  paper: "#0E0F10",
  minor: "#1C1F21",
  major: "#2E3336",
  trace: "#F2B33D",
  text: "#D5D9DD",
  dim: "#8D969E",
  caliper: "#3FB6B2",
  selected: "#7CC4FF",
  label: "rgba(14, 15, 16, 0.9)",
};
