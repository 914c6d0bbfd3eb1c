import { type Caliper, marchOutTimes, placeCaliper, readCaliper } from "../kernels/ecg-caliper.ts";
import type { EcgPage } from "../kernels/ecg-layout.ts";
import { type PaperScale, xMmOf } from "../kernels/ecg-scale.ts";
import type { PaperPlace } from "./draw-ecg-page.ts";
import type { PaperStyle } from "./paper-style.ts";

const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** "812 ms  74 bpm  +0.53 mV": the same words on the paper and in the status line. */
export function caliperText(caliper: Caliper): string {
  const { ms, bpm, millivolts } = readCaliper(caliper);
  const rate = bpm === null ? "" : `  ${Math.round(bpm)} bpm`;
  const sign = millivolts < 0 ? "−" : "+";
  return `${Math.round(ms)} ms${rate}  ${sign}${Math.abs(millivolts).toFixed(2)} mV`;
}

export function drawCalipers(
  context: CanvasRenderingContext2D,
  paper: PaperPlace,
  page: EcgPage,
  scale: PaperScale,
  calipers: readonly Caliper[],
  selected: number | null,
  style: PaperStyle,
  ratio: number,
): void {
  const x = (mm: number) => Math.round(paper.xPx + mm * paper.pxPerMm);
  const y = (mm: number) => Math.round(paper.yPx + mm * paper.pxPerMm);
  const line = Math.max(1, Math.round(ratio));
  for (const caliper of calipers) {
    const place = placeCaliper(caliper, page.boxes, scale);
    if (!place) continue;
    const { box } = place;
    const [left, right] = [x(Math.min(place.fromXMm, place.toXMm)), x(Math.max(place.fromXMm, place.toXMm))];
    const [top, bottom] = [y(box.topMm), y(box.topMm + box.heightMm)];
    const [from, to] = [y(place.fromYMm), y(place.toYMm)];
    context.save();
    context.fillStyle = caliper.id === selected ? style.selected : style.caliper;
    if (caliper.marchOut) {
      context.globalAlpha = 0.55;
      for (const timeS of marchOutTimes(caliper, box))
        for (let dash = top; dash < bottom; dash += 6 * line)
          context.fillRect(x(xMmOf(timeS, box, scale)), dash, line, 3 * line);
      context.globalAlpha = 1;
    }
    const width = caliper.id === selected ? 2 * line : line;
    context.fillRect(left, top, width, bottom - top);
    context.fillRect(right, top, width, bottom - top);
    context.fillRect(left, from, right - left, width);
    context.fillRect(left, to, right - left, width);
    context.globalAlpha = caliper.id === selected ? 0.13 : 0.07;
    context.fillRect(left, Math.min(from, to), right - left, Math.abs(to - from));
    context.globalAlpha = 1;
    drawReading(context, caliperText(caliper), (left + right) / 2, top, bottom, Math.min(from, to), style, ratio);
    context.restore();
  }
}

/** The reading stands at the top of its strip, or at the bottom when the wave is at the top: never on the wave. */
function drawReading(
  context: CanvasRenderingContext2D,
  text: string,
  centre: number,
  top: number,
  bottom: number,
  waveTop: number,
  style: PaperStyle,
  ratio: number,
): void {
  const size = 13 * ratio;
  context.font = `600 ${size}px ${FONT}`;
  const width = context.measureText(text).width + 10 * ratio;
  const height = size + 6 * ratio;
  const left = Math.max(2, Math.min(context.canvas.width - width - 2, centre - width / 2));
  const above = waveTop - top > height + 2 * ratio;
  const at = above ? top + ratio : bottom - height - ratio;
  const colour = context.fillStyle;
  context.fillStyle = style.label;
  context.fillRect(left, at, width, height);
  context.fillStyle = colour;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, left + 5 * ratio, at + height / 2 + ratio / 2);
}
