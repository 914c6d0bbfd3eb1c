import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import type { StudyDocument, StudyModel } from "../../core/image/study-model.ts";
import { studyModelFromJson } from "../../core/image/study-model-from-json.ts";
import { DecodePool, decodePoolSize } from "../decode/decode-pool.ts";
import { useText } from "../i18n/use-text.ts";
import { bundleSource } from "./bundle-source.ts";
import { dicomwebSource } from "./dicomweb-source.ts";
import { faultText } from "./fault-text.ts";
import { LoadFault, type LoadFaultInfo } from "./load-fault.ts";
import { type OwnHanging, readOwnHanging } from "./own-hanging.ts";
import { ReadingSession } from "./reading-session.ts";
import { RoomStage } from "./room-stage.tsx";
import type { Marker } from "./use-mark-book.ts";
import "./reading-room.css";

export type CtRoomStatus =
  | { readonly phase: "loading" }
  | { readonly phase: "ready"; readonly study: StudyModel }
  | { readonly phase: "failed"; readonly fault: LoadFaultInfo };

export interface CtReadingRoomProps {
  readonly studyInstanceUid: string;
  /** Who is being read: stands before the tools. */
  readonly patientHeader?: ReactNode;
  /** The report, at the right. */
  readonly aside?: ReactNode;
  /** Name of the sending centre for the corner text; without it the institution in the file. */
  readonly centreName?: string;
  readonly toolbarEnd?: ReactNode;
  /** Whose marks these are, and in which task they are kept. */
  readonly marker: Marker;
  readonly onStatus?: (status: CtRoomStatus) => void;
  /** Makes the study's other documents buttons in the rail. */
  readonly onOpenDocument?: (document: StudyDocument) => void;
}

type RoomState =
  | { readonly phase: "loading" }
  | { readonly phase: "failed"; readonly fault: LoadFaultInfo }
  | { readonly phase: "ready"; readonly session: ReadingSession; readonly ownHanging: OwnHanging };

/** The CT reading room: opens a study from the archive and gives everything back on leaving. */
export function CtReadingRoom(props: CtReadingRoomProps): ReactNode {
  const [attempt, setAttempt] = useState(1);
  return <OpenStudy key={`${props.studyInstanceUid} ${attempt}`} {...props} onAgain={() => setAttempt(attempt + 1)} />;
}

function OpenStudy(props: CtReadingRoomProps & { readonly onAgain: () => void }): ReactNode {
  const { studyInstanceUid, patientHeader, aside, centreName, toolbarEnd, marker, onStatus, onOpenDocument, onAgain } =
    props;
  const { text } = useText();
  const [state, setState] = useState<RoomState>({ phase: "loading" });
  const tell = useEffectEvent((status: CtRoomStatus) => onStatus?.(status));

  useEffect(() => {
    const leaving = new AbortController();
    const pool = new DecodePool(decodePoolSize(navigator.hardwareConcurrency));
    pool.open(); // the workers start while the metadata are on their way
    let session: ReadingSession | undefined;
    setState({ phase: "loading" });
    tell({ phase: "loading" });
    const source = dicomwebSource(studyInstanceUid);
    Promise.all([source.metadata(leaving.signal), readOwnHanging(leaving.signal)]).then(
      ([instances, ownHanging]) => {
        if (leaving.signal.aborted) return;
        const model = studyModelFromJson(studyInstanceUid, instances);
        session = new ReadingSession(model, source, bundleSource(studyInstanceUid), pool);
        setState({ phase: "ready", session, ownHanging });
        tell({ phase: "ready", study: session.model });
      },
      (reason: unknown) => {
        if (leaving.signal.aborted) return;
        const fault = reason instanceof LoadFault ? reason : new LoadFault("server");
        setState({ phase: "failed", fault });
        tell({ phase: "failed", fault });
      },
    );
    return () => {
      leaving.abort();
      session?.close();
      pool.close();
    };
  }, [studyInstanceUid]);

  if (state.phase === "ready" && state.session.model.series.length > 0) {
    return (
      <RoomStage
        session={state.session}
        ownHanging={state.ownHanging}
        patientHeader={patientHeader}
        aside={aside}
        centreName={centreName}
        toolbarEnd={toolbarEnd}
        marker={marker}
        onOpenDocument={onOpenDocument}
      />
    );
  }
  return (
    <div className="reading-room">
      <div className="room-top">
        {patientHeader !== undefined && <div className="room-patient">{patientHeader}</div>}
        {toolbarEnd !== undefined && <div className="room-tools-end">{toolbarEnd}</div>}
      </div>
      <div className="room-body">
        <div className="rail">
          {state.phase === "loading" && [1, 2, 3].map((each) => <div key={each} className="thumbnail-skeleton" />)}
        </div>
        <main className="panes" data-layout="1x1">
          <section className="pane">
            {state.phase === "failed" ? (
              <div className="pane-notice" role="alert">
                <strong>{text("ct.study-failed")}</strong>
                <span>{faultText(state.fault, text)}</span>
                <button type="button" className="room-button" onClick={onAgain}>
                  {text("common.retry")}
                </button>
              </div>
            ) : (
              <div className="pane-notice dim" role="status">
                {text(state.phase === "loading" ? "ct.loading-study" : "ct.no-images")}
              </div>
            )}
          </section>
        </main>
      </div>
    </div>
  );
}
