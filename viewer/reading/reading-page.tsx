import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Link, useLocation, useParams } from "react-router";
import type { Answer } from "../../core/api/payloads.ts";
import { ApiProblem } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { PatientHeader } from "../desk/patient-header.tsx";
import { useNow } from "../desk/use-now.ts";
import { useText } from "../i18n/use-text.ts";
import { ReportPanel } from "../report/report-panel.tsx";
import { loadCtRoom, loadEcgRoom } from "./load-rooms.ts";
import "./reading-page.css";
import { LanguageSwitch } from "../shell/language-switch.tsx";
import { useSignedIn } from "../shell/use-session.ts";
import { siteName } from "./site-name.ts";
import { TaskClock } from "./task-clock.tsx";
import { studyQuery, taskQuery } from "./task-lists.ts";

const CtReadingRoom = lazy(loadCtRoom);
const EcgReadingRoom = lazy(loadEcgRoom);

/** A study with its report beside it: written, countersigned or only read, as the caller's rights and the task have it. */
export function ReadingPage() {
  const { studyInstanceUid = "" } = useParams();
  // another study is another page: no text, no image of the last one stays
  return <ReadingStudy key={studyInstanceUid} studyInstanceUid={studyInstanceUid} />;
}

function ReadingStudy({ studyInstanceUid }: { readonly studyInstanceUid: string }) {
  const { text, language } = useText();
  const now = useNow();
  const session = useSignedIn();
  const study = useQuery(studyQuery(studyInstanceUid));
  const taskId = study.data?.study.task?.id;
  const task = useQuery({
    ...taskQuery(taskId ?? ""),
    refetchOnMount: "always",
    staleTime: 0, // asked also when its id comes after the mount: what the claim has just put into the cache counts as fresh
    enabled: taskId !== undefined,
    // the news of the PDF comes live; this is for a line that was cut just then
    refetchInterval: ({ state }) =>
      state.data?.task.finalAt != null && state.data.task.deliveredAt === null && !state.data.pdfReady ? 5000 : false,
  });
  const { state: handedOver } = useLocation();
  const modalities = study.data?.study.modalities ?? modalitiesOf(handedOver);
  useEffect(() => {
    document.title = text("common.hub"); // a tab's name stands in the history: no patient in it
    if (modalities === null) void loadCtRoom(); // the likelier one comes along while the hub is asked
  }, [text, modalities]);

  if (modalities === null || (study.isError && study.data === undefined))
    return (
      <div className="reading-page" data-tone="dark">
        <Opening problem={study.error} />
      </div>
    );

  // a text begun on what an earlier visit had read would grow out of an old revision
  const detail = task.isFetchedAfterMount ? (task.data ?? null) : null;
  const writes = detail?.moves.some((move) => move === "submit" || move === "countersign") === true;
  const home = homeOf(
    session.roles.map(({ role }) => role),
    detail,
  );
  const room = {
    studyInstanceUid,
    readOnly: !writes,
    patientHeader: (
      <div className="reading-patient">
        <Link to={home} title={text("reading.back")} aria-label={text("reading.back")}>
          <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" aria-hidden="true">
            <path strokeWidth="1.5" d="M13.5 8H3M7 3.5 2.5 8 7 12.5" />
          </svg>
        </Link>
        {study.data !== undefined && (
          <PatientHeader
            tone="dark"
            patient={study.data.study.patient}
            site={study.data.study.site}
            studyDate={study.data.study.studyDate}
          />
        )}
      </div>
    ),
    toolbarEnd: (
      <div className="reading-end">
        {detail !== null && (
          <>
            <span className="reading-state" data-final={detail.task.finalAt !== null}>
              {text(`task-state.${detail.task.state}`)}
            </span>
            <TaskClock task={detail.task} now={now} />
          </>
        )}
        <LanguageSwitch />
      </div>
    ),
    aside: study.data === undefined ? null : <ReportPanel study={study.data} detail={detail} session={session} />,
  };
  const site = study.data?.study.site;
  return (
    <div className="reading-page" data-tone="dark">
      <Suspense fallback={<Opening problem={null} />}>
        {modalities.includes("ECG") ? (
          <EcgReadingRoom {...room} />
        ) : (
          <CtReadingRoom
            {...room}
            marker={{
              accountId: session.account.id,
              displayName: session.account.displayName,
              taskId: writes && detail !== null ? detail.task.id : null,
            }}
            {...(site === undefined ? {} : { centreName: siteName(site, language) })}
          />
        )}
      </Suspense>
    </div>
  );
}

function Opening({ problem }: { readonly problem: unknown }) {
  const { text } = useText();
  if (problem === null || (problem instanceof ApiProblem && problem.code === "not-signed-in"))
    return <p className="reading-opening">{text("common.loading")}</p>;
  return (
    <div className="reading-opening">
      <p role="alert">
        {problem instanceof ApiProblem && problem.code === "not-found"
          ? text("reading.not-found")
          : problemText(problem, text)}
      </p>
      <Link to="/">{text("reading.back")}</Link>
    </div>
  );
}

/** What the list knew when it opened the page. */
function modalitiesOf(state: unknown): readonly string[] | null {
  const modalities = (state as { readonly modalities?: unknown } | null)?.modalities;
  return Array.isArray(modalities) ? modalities.filter((modality) => typeof modality === "string") : null;
}

/** Where one came from: the list to read on, or the report these images belong to. */
function homeOf(roles: readonly string[], detail: Answer<"getTask"> | null): string {
  if (roles.includes("reader") || roles.includes("countersigner")) return "/reading";
  if (!roles.includes("gp")) return "/";
  return detail !== null && detail.task.finalAt !== null ? `/gp/reports/${detail.task.id}` : "/gp";
}
