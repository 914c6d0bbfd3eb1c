import { Alert, App, Modal, Radio, Space, Tree, type TreeDataNode } from "antd";
import { useState } from "react";
import type { Answer, BodyGiven } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { dicomDateTimeText } from "../reading/instant-text.ts";
import styles from "./technician.module.css";
import { useRejection } from "./use-rejection.ts";

type Detail = Answer<"getStudy">;
type Instances = Answer<"listSeriesInstances">["instances"];
type Reason = BodyGiven<"rejectInstances">["reason"];

const REASONS = ["quality", "safety", "worklist"] as const satisfies readonly Reason[];

interface RejectDialogProps {
  readonly detail: Detail;
  readonly onClose: () => void;
}

/** Which images, and why. A series lists its images once it is opened. */
export function RejectDialog({ detail, onClose }: RejectDialogProps) {
  const { text } = useText();
  const { message } = App.useApp();
  const { study, series } = detail;
  const { reject } = useRejection(study.studyInstanceUid);
  const [reason, setReason] = useState<Reason | null>(null);
  const [isWhole, setWhole] = useState(false);
  const [checked, setChecked] = useState<readonly string[]>([]);
  const [images, setImages] = useState<Readonly<Record<string, Instances>>>({});

  const load = async (seriesInstanceUid: string) => {
    const params = { studyInstanceUid: study.studyInstanceUid, seriesInstanceUid };
    const { instances } = await callApi("listSeriesInstances", { params });
    setImages((known) => ({ ...known, [seriesInstanceUid]: instances.filter((each) => each.hiddenAs === null) }));
  };
  const chosen = chosenOf(series, images, checked);
  const count = isWhole ? study.instanceCount : chosen.count;
  const save = async () => {
    if (reason === null) return;
    const { seriesInstanceUids, sopInstanceUids } = isWhole ? NOTHING_NAMED : chosen;
    try {
      const { rejected } = await reject.mutateAsync({ reason, seriesInstanceUids, sopInstanceUids });
      void message.success(text("reject.done", { count: rejected }));
      onClose();
    } catch {
      // said in the dialog
    }
  };
  const tree: TreeDataNode[] = series.map((one) => ({
    key: one.seriesInstanceUid,
    title: `${one.number ?? "–"} ${one.modality} ${one.description || text("study.series-no-description")} · ${text("study.series-images", { count: one.instanceCount })}`,
    isLeaf: false,
    ...childrenOf(images[one.seriesInstanceUid], (number, frames) =>
      text(frames > 1 ? "reject.image-frames" : "reject.image", { number, frames }),
    ),
  }));
  return (
    <Modal
      open
      centered
      title={text("reject.dialog", {
        name: study.patient.name || study.patient.patientId,
        study: `${study.description || study.modalities.join("/")} ${dicomDateTimeText(study.studyDate)}`,
      })}
      okText={count > 0 ? text("reject.do-count", { count }) : text("reject.do")}
      cancelText={text("common.cancel")}
      okButtonProps={{ danger: true, disabled: reason === null || count === 0 }}
      confirmLoading={reject.isPending}
      mask={{ closable: false }}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <h4>{text("reject.reason")}</h4>
      <Radio.Group value={reason} onChange={(event) => setReason(event.target.value as Reason)}>
        <Space orientation="vertical" size={8}>
          {REASONS.map((each) => (
            <Radio key={each} value={each}>
              {text(`reject.reason.${each}`)}
              <span className={styles.dim}>　{text(`reject.reason.${each}.hint`)}</span>
            </Radio>
          ))}
        </Space>
      </Radio.Group>
      <h4>{text("reject.scope")}</h4>
      <Radio.Group value={isWhole} onChange={(event) => setWhole(event.target.value === true)}>
        <Space orientation="vertical" size={8}>
          <Radio value={false}>{text("reject.scope.some")}</Radio>
          <Radio value={true}>{text("reject.scope.study", { count: study.instanceCount })}</Radio>
        </Space>
      </Radio.Group>
      {isWhole ? null : (
        <Tree
          className={styles["reject-tree"] ?? ""}
          checkable
          selectable={false}
          height={200}
          treeData={tree}
          checkedKeys={[...checked]}
          loadData={(node) => load(String(node.key))}
          onCheck={(keys) => setChecked((Array.isArray(keys) ? keys : keys.checked).map(String))}
        />
      )}
      {reject.error === null ? null : <Alert type="error" showIcon title={problemText(reject.error, text)} />}
    </Modal>
  );
}

/** Absent until the series was opened: the tree then asks for them. */
function childrenOf(
  instances: Instances | undefined,
  title: (number: number, frames: number) => string,
): Pick<TreeDataNode, "children"> | undefined {
  if (instances === undefined) return undefined;
  const children = instances.map(({ sopInstanceUid, number, frames }, i) => ({
    key: sopInstanceUid,
    isLeaf: true,
    title: title(number ?? i + 1, frames),
  }));
  return { children };
}

const NOTHING_NAMED = { seriesInstanceUids: [], sopInstanceUids: [] };

/** A whole series goes by its own UID, so that what is not listed goes with it. */
function chosenOf(series: Detail["series"], images: Readonly<Record<string, Instances>>, checked: readonly string[]) {
  const marks = new Set(checked);
  const whole = series.filter((one) => marks.has(one.seriesInstanceUid));
  const wholeUids = new Set(whole.map((one) => one.seriesInstanceUid));
  const single = Object.entries(images)
    .filter(([seriesInstanceUid]) => !wholeUids.has(seriesInstanceUid))
    .flatMap(([, instances]) => instances.map((image) => image.sopInstanceUid))
    .filter((uid) => marks.has(uid));
  return {
    seriesInstanceUids: [...wholeUids],
    sopInstanceUids: single,
    count: whole.reduce((sum, one) => sum + one.instanceCount, 0) + single.length,
  };
}
