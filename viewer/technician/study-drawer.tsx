import { Alert, Button, Drawer } from "antd";
import { Link } from "react-router";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { PatientHeader } from "../desk/patient-header.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { IdentityButton } from "../patient/identity-button.tsx";
import { IdentityNote } from "../patient/identity-note.tsx";
import { Icon } from "../shell/icon.tsx";
import { AllRejectedNote } from "./all-rejected-note.tsx";
import { MissingImages } from "./missing-images.tsx";
import { PriorList } from "./prior-list.tsx";
import { RejectSection } from "./reject-section.tsx";
import { RequestSection } from "./request-section.tsx";
import { SeriesList } from "./series-list.tsx";
import { StudyFacts } from "./study-facts.tsx";
import styles from "./technician.module.css";

interface StudyDrawerProps {
  readonly studyInstanceUid: string | undefined;
  readonly asking: boolean;
  readonly onClose: () => void;
}

/** One study beside the board: who, what came in, its request, its priors. */
export function StudyDrawer({ studyInstanceUid, asking, onClose }: StudyDrawerProps) {
  const { text } = useText();
  const { data, error, refetch } = useDeskQuery(
    "studies",
    "getStudy",
    { params: { studyInstanceUid: studyInstanceUid ?? "" } },
    { enabled: studyInstanceUid !== undefined, keepPrevious: false },
  );
  const study = data?.study;
  return (
    <Drawer
      open={studyInstanceUid !== undefined}
      onClose={onClose}
      size={640}
      title={text("study.title")}
      destroyOnHidden
      styles={{ body: { padding: 0 } }}
      extra={
        studyInstanceUid === undefined ? null : (
          <Link to={`/reading/${studyInstanceUid}`} className={styles["open-images"]}>
            <Icon name="image" />
            {text("study.open-images")}
          </Link>
        )
      }
    >
      {study === undefined && error !== null ? (
        <EmptyState title={text("study.failed")} hint={problemText(error, text)}>
          <Button onClick={() => void refetch()}>{text("common.retry")}</Button>
        </EmptyState>
      ) : null}
      {study === undefined && error === null ? <SkeletonList rows={10} /> : null}
      {data === undefined || study === undefined ? null : (
        <div className={styles["drawer-body"]}>
          <PatientHeader patient={study.patient} site={study.site} studyDate={study.studyDate} tone="light" />
          <div className={styles.drawer}>
            {study.identityConflict ? (
              <Alert
                type="warning"
                showIcon
                title={text("study.conflict-title")}
                description={text("study.conflict-hint")}
                action={<IdentityButton studyInstanceUid={study.studyInstanceUid} isUrgent />}
              />
            ) : null}
            <MissingImages detail={data} />
            <AllRejectedNote detail={data} />
            <IdentityNote study={study} signedAt={null} />
            <StudyFacts detail={data} />
            {study.identityConflict ? null : <IdentityButton studyInstanceUid={study.studyInstanceUid} />}
            <RequestSection study={study} asking={asking} />
            <SeriesList series={data.series} />
            {data.mayReject ? <RejectSection detail={data} /> : null}
            <PriorList priors={data.priors} />
          </div>
        </div>
      )}
    </Drawer>
  );
}
