import { Link } from "react-router";
import type { Answer } from "../../core/api/payloads.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";

/** Documents and marks that stand in a study beside its images (PS3.3 C.7.3.1.1.1). */
const NOT_IMAGES: readonly string[] = ["DOC", "SR", "PR", "KO"];

/** What the study is, and what was made of this patient before. */
export function StudyInformation({ detail }: { readonly detail: Answer<"getStudy"> }) {
  const { text, language } = useText();
  const { study, priors } = detail;
  const images = detail.series.filter(({ modality }) => !NOT_IMAGES.includes(modality));
  const rows = [
    [text("report.description"), study.description],
    [text("report.study-time"), dicomDateTimeText(study.studyDate, study.studyTime)],
    [text("report.accession"), study.accessionNumber],
    [text("report.origin"), siteName(study.site, language)],
    ...(study.task === null ? [] : [[text("report.centre"), siteName(study.task.centre, language)] as const]),
    [
      text("report.images"),
      text("report.images.value", {
        series: images.length,
        instances: images.reduce((sum, { instanceCount }) => sum + instanceCount, 0),
      }),
    ],
  ] as const;
  return (
    <div className="report-body">
      <section className="report-request">
        <dl>
          {rows.map(([label, value]) => (
            <div key={label} className="report-row">
              <dt>{label}</dt>
              <dd>{value || "—"}</dd>
            </div>
          ))}
        </dl>
      </section>
      <h3 className="report-label">{text("report.priors", { count: priors.length })}</h3>
      {priors.length === 0 ? (
        <p className="report-dim">{text("report.priors.none")}</p>
      ) : (
        <ul className="report-priors">
          {priors.map((prior) => (
            <li key={prior.studyInstanceUid}>
              <Link to={`/reading/${prior.studyInstanceUid}`} title={text("report.priors.open")}>
                <time>{dicomDateTimeText(prior.studyDate)}</time>
                <b>{prior.modalities.join(" ")}</b>
                <span>{prior.description || "—"}</span>
                <span className="report-dim">
                  {siteName(prior.site, language)}
                  {prior.reportTaskId !== null && ` · ${text("report.final")}`}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
