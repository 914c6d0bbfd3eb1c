import type { EcgBox, EcgPage } from "../kernels/ecg-layout.ts";
import type { PaperScale } from "../kernels/ecg-scale.ts";
import { traceRuns } from "../kernels/ecg-trace.ts";
import type { EcgTrace } from "./ecg-traces.ts";
import type { PaperStyle } from "./paper-style.ts";
import type { PaperTexts } from "./paper-texts.ts";

/** Where the paper lies on the canvas, in its own pixels: the paper's top left corner, and how many pixels a millimetre is. */
export interface PaperPlace {
  readonly xPx: number;
  readonly yPx: number;
  readonly pxPerMm: number;
}

export interface PageDrawing {
  readonly page: EcgPage;
  readonly traces: ReadonlyMap<string, EcgTrace>;
  readonly scale: PaperScale;
  readonly style: PaperStyle;
  readonly texts: PaperTexts;
  /** Smallest letters, canvas pixels: 12 CSS pixels on the screen. */
  readonly leastTextPx: number;
  /** The part of the strips, millimetres from their left edge, that a print sheet shows. Header and footer are on each. */
  readonly sheet?: { readonly fromMm: number; readonly toMm: number };
}

const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** Width of the paper, of which a print sheet has a part of the strips and both margins. */
export function drawnWidthMm({ page, sheet }: Pick<PageDrawing, "page" | "sheet">): number {
  if (!sheet) return page.widthMm;
  const rightMm = page.widthMm - Math.max(0, ...page.boxes.map((box) => box.xMm + box.widthMm));
  return page.stripsMm + sheet.toMm - sheet.fromMm + rightMm;
}

/** Draws the paper, its grid, the traces and what a printed ECG says about itself. Only what lies on the canvas is drawn. */
export function drawEcgPage(context: CanvasRenderingContext2D, place: PaperPlace, drawing: PageDrawing): void {
  const { page, style } = drawing;
  const cut = drawing.sheet?.fromMm ?? 0;
  const widthMm = drawnWidthMm(drawing);
  context.save();
  context.beginPath();
  context.rect(place.xPx, place.yPx, widthMm * place.pxPerMm, page.heightMm * place.pxPerMm);
  context.clip();
  context.fillStyle = style.paper;
  context.fillRect(place.xPx, place.yPx, widthMm * place.pxPerMm, page.heightMm * place.pxPerMm);
  drawGrid(context, place, widthMm, page.heightMm, style);
  drawPulses(context, place, drawing);
  // strips right of the pulse column move left by what earlier sheets have shown
  const strips: PaperPlace = { ...place, xPx: place.xPx - cut * place.pxPerMm };
  context.save();
  if (drawing.sheet) {
    context.beginPath();
    const { stripsMm } = page;
    const shownMm = drawing.sheet.toMm - cut;
    context.rect(
      place.xPx + stripsMm * place.pxPerMm,
      place.yPx,
      shownMm * place.pxPerMm,
      page.heightMm * place.pxPerMm,
    );
    context.clip();
  }
  for (const box of page.boxes) drawStrip(context, strips, box, drawing);
  for (const box of page.boxes) drawLeadLabel(context, strips, box, drawing);
  context.restore();
  drawHeader(context, place, widthMm, drawing);
  drawFooter(context, place, widthMm, drawing);
  context.restore();
}

function drawGrid(
  context: CanvasRenderingContext2D,
  { xPx, yPx, pxPerMm }: PaperPlace,
  widthMm: number,
  heightMm: number,
  style: PaperStyle,
): void {
  const { width, height } = context.canvas;
  const right = Math.min(width, xPx + widthMm * pxPerMm);
  const bottom = Math.min(height, yPx + heightMm * pxPerMm);
  const left = Math.max(0, xPx);
  const top = Math.max(0, yPx);
  const line = Math.max(1, Math.round(pxPerMm * 0.12));
  const thick = Math.max(line + (pxPerMm > 6 ? 1 : 0), Math.round(pxPerMm * 0.2));
  const lines = (everyMm: number, thickness: number, colour: string, except: number) => {
    context.fillStyle = colour;
    const half = Math.floor(thickness / 2);
    for (let mm = Math.ceil((left - xPx) / pxPerMm); mm <= widthMm && xPx + mm * pxPerMm <= right; mm += 1)
      if (mm % everyMm === 0 && (except === 0 || mm % except !== 0))
        context.fillRect(Math.round(xPx + mm * pxPerMm) - half, top, thickness, bottom - top);
    for (let mm = Math.ceil((top - yPx) / pxPerMm); mm <= heightMm && yPx + mm * pxPerMm <= bottom; mm += 1)
      if (mm % everyMm === 0 && (except === 0 || mm % except !== 0))
        context.fillRect(left, Math.round(yPx + mm * pxPerMm) - half, right - left, thickness);
  };
  if (pxPerMm >= 2.2) lines(1, line, style.minor, 5);
  lines(5, thick, style.major, 0);
}

function drawPulses(context: CanvasRenderingContext2D, place: PaperPlace, { page, style }: PageDrawing): void {
  const x = (mm: number) => place.xPx + mm * place.pxPerMm;
  const y = (mm: number) => place.yPx + mm * place.pxPerMm;
  context.strokeStyle = style.trace;
  context.lineWidth = traceWidth(place.pxPerMm);
  context.lineJoin = "miter";
  context.beginPath();
  for (const { xMm, baselineMm, widthMm, heightMm } of page.pulses) {
    context.moveTo(x(xMm), y(baselineMm));
    context.lineTo(x(xMm + 1), y(baselineMm));
    context.lineTo(x(xMm + 1), y(baselineMm - heightMm));
    context.lineTo(x(xMm + 1 + widthMm), y(baselineMm - heightMm));
    context.lineTo(x(xMm + 1 + widthMm), y(baselineMm));
    context.lineTo(x(xMm + 2 + widthMm), y(baselineMm));
  }
  context.stroke();
}

function drawStrip(context: CanvasRenderingContext2D, place: PaperPlace, box: EcgBox, drawing: PageDrawing): void {
  const { scale, style, page } = drawing;
  const left = place.xPx + box.xMm * place.pxPerMm;
  const right = left + box.widthMm * place.pxPerMm;
  const trace = drawing.traces.get(box.lead);
  const { width } = context.canvas;
  if (!trace || right < 0 || left > width) return;
  const pxPerS = scale.paperSpeedMmPerS * place.pxPerMm;
  const pxPerMicrovolt = (scale.gainMmPerMv * place.pxPerMm) / 1000;
  const baseline = place.yPx + box.baselineMm * place.pxPerMm;
  // only the seconds on the canvas, a little more for the lines that leave it
  const fromS = box.startS + Math.max(0, -left / pxPerS - 0.05);
  const toS = Math.min(box.startS + box.seconds, box.startS + (width - left) / pxPerS + 0.05);
  context.save();
  context.beginPath();
  // not cut at the strip's own edges: a tall wave runs into its neighbours, as on paper
  context.rect(left, place.yPx, right - left, page.heightMm * place.pxPerMm);
  context.clip();
  context.strokeStyle = style.trace;
  context.lineWidth = traceWidth(place.pxPerMm);
  context.lineJoin = "round";
  context.beginPath();
  for (const run of traceRuns(trace, fromS, toS, pxPerS)) {
    for (let index = 0; index < run.length; index += 2) {
      const x = left + ((run[index] ?? 0) - box.startS) * pxPerS;
      const y = baseline - (run[index + 1] ?? 0) * pxPerMicrovolt;
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
  }
  context.stroke();
  context.restore();
}

/** 0.3 mm as a pen draws, never thinner than a clear pixel. */
function traceWidth(pxPerMm: number): number {
  return Math.max(1.25, pxPerMm * 0.28);
}

function drawLeadLabel(context: CanvasRenderingContext2D, place: PaperPlace, box: EcgBox, drawing: PageDrawing): void {
  const { style, texts, traces } = drawing;
  const size = Math.max(drawing.leastTextPx, 3.4 * place.pxPerMm);
  // a strip that began on an earlier sheet is named again where this one begins
  const firstMm = drawing.page.stripsMm + (drawing.sheet?.fromMm ?? 0);
  if (box.xMm + box.widthMm <= firstMm) return;
  // and on the screen it stays in sight while the strip does
  const right = place.xPx + (box.xMm + box.widthMm - 14) * place.pxPerMm;
  const x = Math.max(place.xPx + Math.max(box.xMm, firstMm) * place.pxPerMm, Math.min(0, right));
  const y = place.yPx + Math.max(box.baselineMm - Math.min(16, box.heightMm * 0.55), box.topMm) * place.pxPerMm;
  // a tick where one lead ends and the next begins
  if (box.kind === "strip" && box.xMm > drawing.page.stripsMm) {
    context.fillStyle = style.dim; // not the trace's colour: a tick must not pass for a pacing spike
    const baseline = place.yPx + box.baselineMm * place.pxPerMm;
    context.fillRect(
      Math.round(x),
      baseline - 2.5 * place.pxPerMm,
      Math.max(1, place.pxPerMm * 0.2),
      5 * place.pxPerMm,
    );
  }
  context.textBaseline = "top";
  context.textAlign = "left";
  context.font = `600 ${size}px ${FONT}`;
  context.fillStyle = box.present ? style.text : style.dim;
  context.fillText(box.lead, x + place.pxPerMm, y);
  const remark = !box.present ? texts.missing : traces.get(box.lead)?.origin === "derived" ? texts.derived : "";
  if (!remark) return;
  const after = x + place.pxPerMm + context.measureText(`${box.lead} `).width;
  context.font = `400 ${Math.max(drawing.leastTextPx, 2.8 * place.pxPerMm)}px ${FONT}`;
  context.fillStyle = style.dim;
  context.fillText(remark, after, y + (size - Math.max(drawing.leastTextPx, 2.8 * place.pxPerMm)) / 2);
}

function drawHeader(context: CanvasRenderingContext2D, place: PaperPlace, widthMm: number, drawing: PageDrawing): void {
  const { texts, style } = drawing;
  const rowMm = 4.7;
  const x = (mm: number) => place.xPx + mm * place.pxPerMm;
  const size = (mm: number) => Math.max(drawing.leastTextPx, mm * place.pxPerMm);
  const put = (text: string, xMm: number, row: number, mm: number, weight: number, colour: string, untilMm: number) => {
    context.font = `${weight} ${size(mm)}px ${FONT}`;
    context.fillStyle = colour;
    context.fillText(
      fitText(context, text, (untilMm - xMm) * place.pxPerMm),
      x(xMm),
      place.yPx + (4 + row * rowMm) * place.pxPerMm,
    );
  };
  context.textAlign = "left";
  context.textBaseline = "top";
  const middleMm = texts.device.length > 0 ? Math.min(widthMm * 0.47, 140) : widthMm - 3;
  put(texts.patient, 7, 0, 4, 700, style.text, middleMm - 3);
  // What the device says of the trace ends with what matters most, so it goes on rather than being cut.
  context.font = `400 ${size(3)}px ${FONT}`;
  const lines = texts.record.flatMap((line) => wrapped(context, line, (middleMm - 10) * place.pxPerMm));
  for (const [row, line] of lines.entries()) put(line, 7, row + 1, 3, 400, style.text, middleMm - 3);
  if (texts.device.length === 0) return;
  put(texts.deviceTitle, middleMm, 0, 3, 600, style.dim, widthMm - 6);
  for (const [row, line] of texts.device.entries()) put(line, middleMm, row + 1, 3, 400, style.text, widthMm - 6);
}

function drawFooter(context: CanvasRenderingContext2D, place: PaperPlace, widthMm: number, drawing: PageDrawing): void {
  const { texts, style, page } = drawing;
  context.font = `500 ${Math.max(drawing.leastTextPx, 3.1 * place.pxPerMm)}px ${FONT}`;
  context.fillStyle = style.text;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const y = place.yPx + (page.heightMm - page.footerMm / 2) * place.pxPerMm;
  const rightWidth = context.measureText(texts.time).width;
  const leftPx = (widthMm - 17) * place.pxPerMm - rightWidth;
  context.fillText(fitText(context, texts.settings, leftPx), place.xPx + 7 * place.pxPerMm, y);
  context.textAlign = "right";
  context.fillText(texts.time, place.xPx + (widthMm - 6) * place.pxPerMm, y);
  context.textAlign = "left";
}

/** In lines no wider than `widthPx`, broken anywhere as Chinese is, two at most. */
function wrapped(context: CanvasRenderingContext2D, text: string, widthPx: number): readonly string[] {
  if (context.measureText(text).width <= widthPx) return [text];
  let length = text.length;
  while (length > 1 && context.measureText(text.slice(0, length)).width > widthPx) length -= 1;
  const space = text.lastIndexOf(" ", length);
  const at = space > length * 0.6 ? space + 1 : length;
  return [text.slice(0, at).trimEnd(), text.slice(at)];
}

/** Shortened with an ellipsis where it would run into its neighbour. */
function fitText(context: CanvasRenderingContext2D, text: string, widthPx: number): string {
  if (context.measureText(text).width <= widthPx) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > widthPx) length -= 1;
  return `${text.slice(0, length)}…`;
}
