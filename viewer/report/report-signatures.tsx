import type { ReportVersion } from "../../core/api/payloads/report-version.ts";
import { useText } from "../i18n/use-text.ts";
import { minuteText } from "../reading/instant-text.ts";

/** Who wrote and who countersigned, each with the time to the minute. */
export function ReportSignatures({ version }: { readonly version: ReportVersion }) {
  const { text } = useText();
  return (
    <dl className="report-signatures">
      <dt>{text("report.author")}</dt>
      <dd>
        {version.author.displayName} <time dateTime={version.writtenAt}>{minuteText(version.writtenAt)}</time>
      </dd>
      {version.countersigner !== null && version.signedAt !== null && (
        <>
          <dt>{text("report.countersigner")}</dt>
          <dd>
            {version.countersigner.displayName} <time dateTime={version.signedAt}>{minuteText(version.signedAt)}</time>
          </dd>
        </>
      )}
    </dl>
  );
}
