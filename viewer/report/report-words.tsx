import type { ReportVersion } from "../../core/api/payloads/report-version.ts";
import { useText } from "../i18n/use-text.ts";

interface ReportWordsProps {
  readonly version: Pick<ReportVersion, "findings" | "impression">;
  readonly ecg: boolean;
}

/** The text of a report, to be read. */
export function ReportWords({ version, ecg }: ReportWordsProps) {
  const { text } = useText();
  return (
    <>
      <h3 className="report-label">{text(ecg ? "report.findings.ecg" : "report.findings")}</h3>
      <p className="report-text">{version.findings || text("report.not-written")}</p>
      <h3 className="report-label">{text("report.impression")}</h3>
      <p className="report-text strong">{version.impression || text("report.not-written")}</p>
    </>
  );
}
