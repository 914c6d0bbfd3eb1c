import { Alert, Table } from "antd";
import { problemText } from "../api/problem-text.ts";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";

interface ExportRefusalsProps {
  readonly exportId: string;
  readonly refused: number;
}

/** Which instances stayed behind, and why. */
export function ExportRefusals({ exportId, refused }: ExportRefusalsProps) {
  const { text } = useText();
  const detail = useDeskQuery("district", "getExport", { params: { exportId } });
  if (detail.error !== null) return <Alert type="error" showIcon title={problemText(detail.error, text)} />;
  if (detail.data === undefined) return <SkeletonList rows={Math.min(3, refused)} />;
  const { refusals } = detail.data;
  if (refusals.length === 0)
    return <p className="admin-dim">{text("admin.export.refusals.gone", { count: refused })}</p>;
  return (
    <>
      <p className="admin-dim">
        {text(refusals.length < refused ? "admin.export.refusals.first" : "admin.export.refusals", {
          count: refused,
          shown: refusals.length,
        })}
      </p>
      <Table
        className="admin-export-refusals"
        size="small"
        rowKey="sopInstanceUid"
        dataSource={refusals}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          {
            title: text("admin.export.refusal.why"),
            width: 400,
            render: (_, { reason }) => text(`admin.export.reason.${reason}`),
          },
          { title: text("admin.export.refusal.modality"), dataIndex: "modality", width: 88 },
          {
            title: text("admin.export.refusal.series"),
            width: 240,
            render: (_, { seriesDescription }) => seriesDescription || "—",
          },
          {
            title: text("admin.export.refusal.instance"),
            render: (_, { sopInstanceUid }) => <span className="admin-uid admin-dim">{sopInstanceUid}</span>,
          },
        ]}
      />
    </>
  );
}
