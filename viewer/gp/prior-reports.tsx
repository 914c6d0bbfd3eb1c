import { Link } from "react-router";
import { problemText } from "../api/problem-text.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import { siteName } from "../reading/site-name.ts";

/** What was found in this patient before. */
export function PriorReports({ studyInstanceUid }: { readonly studyInstanceUid: string }) {
  const { text, language } = useText();
  const study = useDeskQuery("studies", "getStudy", { params: { studyInstanceUid } }, { keepPrevious: false });
  const priors = study.data?.priors;
  return (
    <aside className="prior-reports">
      <h2>
        {text("gp.priors")} {priors !== undefined && <span>{priors.length}</span>}
      </h2>
      {study.isError && <p>{problemText(study.error, text)}</p>}
      {priors?.length === 0 && <p>{text("gp.priors.none")}</p>}
      <ul>
        {priors?.map((prior) => (
          <li key={prior.studyInstanceUid}>
            <div>
              <time>{dicomDateTimeText(prior.studyDate)}</time> <b>{prior.modalities.join(" ")}</b> {prior.description}
            </div>
            <div>
              <span>{siteName(prior.site, language)}</span>
              {prior.reportTaskId !== null && (
                <Link to={`/gp/reports/${prior.reportTaskId}`}>{text("gp.priors.report")}</Link>
              )}
              <Link to={`/reading/${prior.studyInstanceUid}`}>{text("gp.priors.images")}</Link>
            </div>
          </li>
        ))}
      </ul>
    </aside>
  );
}
