import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal, flushSync } from "react-dom";
import { drawEcgPage, drawnWidthMm, type PageDrawing } from "./draw-ecg-page.ts";
import { DAY_PAPER } from "./paper-style.ts";

/** 300 dots an inch. */
const PRINT_PX_PER_MM = 300 / 25.4;
/** Strips on one A4 landscape sheet: ten seconds at 25 mm/s. */
const STRIPS_A_SHEET_MM = 250;

/**
 * The paper on A4 landscape at true scale, on as many sheets as its strips need (50 mm/s: two). The sheets exist only while
 * the browser prints, however printing was asked for.
 */
export function EcgPrint({ drawing }: { readonly drawing: PageDrawing }) {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const before = () => flushSync(() => setPrinting(true));
    const after = () => setPrinting(false);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  if (!printing) return null;
  const { page } = drawing;
  const stripsMm = Math.max(0, ...page.boxes.map((box) => box.xMm + box.widthMm)) - page.stripsMm;
  const sheets = Math.max(1, Math.ceil(stripsMm / STRIPS_A_SHEET_MM - 0.01));
  return createPortal(
    <div className="ecg-print">
      {Array.from({ length: sheets }, (_, sheet) => sheet * STRIPS_A_SHEET_MM).map((fromMm) => (
        <PrintSheet
          key={fromMm}
          drawing={{
            ...drawing,
            style: DAY_PAPER,
            sheet: { fromMm, toMm: Math.min(stripsMm, fromMm + STRIPS_A_SHEET_MM) },
          }}
        />
      ))}
    </div>,
    document.body,
  );
}

function PrintSheet({ drawing }: { readonly drawing: PageDrawing }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const widthMm = drawnWidthMm(drawing);
  const { heightMm } = drawing.page;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    // letters of 2.6 mm: 7.5 pt
    if (context)
      drawEcgPage(
        context,
        { xPx: 0, yPx: 0, pxPerMm: PRINT_PX_PER_MM },
        { ...drawing, leastTextPx: 2.6 * PRINT_PX_PER_MM },
      );
  }, [drawing]);
  return (
    <div className="ecg-print-sheet">
      <canvas
        ref={canvas}
        width={Math.round(widthMm * PRINT_PX_PER_MM)}
        height={Math.round(heightMm * PRINT_PX_PER_MM)}
        style={{ width: `${widthMm}mm`, height: `${heightMm}mm` }}
      />
    </div>
  );
}
