import { memo, type ReactNode } from "react";
import { dateText, timeText } from "../../core/image/dicom-text.ts";
import type { ImageSeries, StudyModel } from "../../core/image/study-model.ts";
import { useText } from "../i18n/use-text.ts";
import { patientLines } from "./patient-lines.ts";
import { lossyLine, sliceLines, windowLines } from "./slice-lines.ts";
import type { StackViewport } from "./stack-viewport.ts";
import { useViewportSnapshot } from "./use-viewport-snapshot.ts";

interface CornerTextsProps {
  readonly study: StudyModel;
  readonly series: ImageSeries;
  readonly viewport: StackViewport | undefined;
  readonly centreName: string | undefined;
}

/** The four corners, the edge letters and the scale bar. Upper corners change with the series, lower ones with each drawing. */
export function CornerTexts({ study, series, viewport, centreName }: CornerTextsProps): ReactNode {
  return (
    <div className="corners">
      <UpperCorners study={study} series={series} centreName={centreName} />
      <LowerCorners viewport={viewport} />
    </div>
  );
}

const UpperCorners = memo(function UpperCorners({
  study,
  series,
  centreName,
}: Omit<CornerTextsProps, "viewport">): ReactNode {
  const { text } = useText();
  const number =
    series.seriesNumber === undefined
      ? text("ct.series-unnumbered")
      : text("ct.series-number", { number: series.seriesNumber });
  const centre = centreName ?? study.institution;
  return (
    <>
      <Lines corner="top-left" lines={patientLines(study, text)} />
      <Lines
        corner="top-right"
        lines={[
          `${dateText(study.studyDate)} ${timeText(study.studyTime)}`.trim(),
          centre,
          study.accessionNumber && text("ct.accession", { number: study.accessionNumber }),
          [number, series.description].filter(Boolean).join("  "),
        ].filter((line) => line !== "")}
      />
    </>
  );
});

function LowerCorners({ viewport }: Pick<CornerTextsProps, "viewport">): ReactNode {
  const { text } = useText();
  const snapshot = useViewportSnapshot(viewport, (whole) => whole);
  const { letters, scaleBar, state, target, slice, preview } = snapshot;
  const lossy = lossyLine(snapshot, text);
  const onItsWay = state === "loading" && target !== slice;
  return (
    <>
      <div className="corner bottom-left">
        {onItsWay && <div className="corner-loading">{text("ct.loading-slice", { slice: target + 1 })}</div>}
        {sliceLines(snapshot, text).map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
      <div className="corner bottom-right">
        {preview && <div className="corner-preview">{text("ct.preview")}</div>}
        {lossy !== undefined && <div className="corner-lossy">{lossy}</div>}
        {windowLines(snapshot, text).map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
      {letters && state !== "failed" && (
        <>
          <div className="edge edge-left">{letters.left}</div>
          <div className="edge edge-right">{letters.right}</div>
          <div className="edge edge-top">{letters.top}</div>
          <div className="edge edge-bottom">{letters.bottom}</div>
        </>
      )}
      {scaleBar && state !== "failed" && (
        <div className="scale-bar" style={{ width: scaleBar.px }}>
          <span>{scaleBar.mm >= 10 ? `${scaleBar.mm / 10} cm` : `${scaleBar.mm} mm`}</span>
        </div>
      )}
    </>
  );
}

function Lines({ corner, lines }: { readonly corner: string; readonly lines: readonly string[] }): ReactNode {
  return (
    <div className={`corner ${corner}`}>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}
