import { Button, Popconfirm, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { DeviceForm } from "./device-form.tsx";
import { TabState } from "./tab-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Device = Answer<"listApplicationEntities">["applicationEntities"][number];

/** Which devices may send, and for which institution. */
export function DevicesTab() {
  const { text, language } = useText();
  const devices = useDeskQuery("district", "listApplicationEntities", {});
  const sites = useDeskQuery("district", "listSites", {});
  const [edited, setEdited] = useState<Device | "new" | null>(null);
  const remove = useDistrictChange((title: string) => callApi("deleteApplicationEntity", { params: { title } }));
  const nameOf = (id: string) => {
    const site = sites.data?.sites.find((one) => one.id === id);
    return site === undefined ? id : siteName(site, language);
  };
  return (
    <TabState query={devices}>
      {({ applicationEntities }) => (
        <>
          <div className="admin-bar">
            <span>{text("admin.device.count", { count: applicationEntities.length })}</span>
            {remove.error !== null && (
              <span role="alert" className="admin-refused">
                {problemText(remove.error, text)}
              </span>
            )}
            <Button className="end" type="primary" onClick={() => setEdited("new")}>
              {text("admin.device.add")}
            </Button>
          </div>
          <Table<Device>
            className="admin-table"
            rowKey="title"
            pagination={false}
            dataSource={applicationEntities}
            locale={{
              emptyText: <EmptyState title={text("admin.device.empty")} hint={text("admin.device.empty.hint")} />,
            }}
            columns={[
              { title: text("admin.device.title"), width: 200, render: (_, device) => <b>{device.title}</b> },
              { title: text("admin.site"), render: (_, device) => nameOf(device.siteId) },
              {
                title: text("admin.device.host"),
                render: (_, device) =>
                  device.host === null ? <span className="admin-dim">{text("admin.device.none")}</span> : device.host,
              },
              {
                title: text("admin.device.port"),
                width: 96,
                align: "right",
                render: (_, device) => device.port ?? "—",
              },
              {
                title: text("admin.actions"),
                width: 152,
                render: (_, device) => (
                  <div className="admin-actions">
                    <Button type="link" size="small" onClick={() => setEdited(device)}>
                      {text("admin.edit")}
                    </Button>
                    <Popconfirm
                      title={text("admin.device.delete.confirm", { title: device.title })}
                      okText={text("admin.device.delete")}
                      cancelText={text("common.cancel")}
                      styles={{ root: { maxWidth: 320 } }}
                      onConfirm={() => remove.mutateAsync(device.title).catch(() => {})}
                    >
                      <Button type="link" size="small" danger>
                        {text("admin.device.delete")}
                      </Button>
                    </Popconfirm>
                  </div>
                ),
              },
            ]}
          />
          {edited !== null && (
            <DeviceForm
              device={edited === "new" ? null : edited}
              taken={applicationEntities.map((device) => device.title)}
              sites={sites.data?.sites ?? []}
              onClose={() => setEdited(null)}
            />
          )}
        </>
      )}
    </TabState>
  );
}
