import { Button, Form, InputNumber, Switch, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { FormDialog } from "./form-dialog.tsx";
import { TabState } from "./tab-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Site = Answer<"listSites">["sites"][number];

/** The institutions: what each asks for by itself, when its studies count as complete, and who reads them. */
export function SitesTab() {
  const { text, language } = useText();
  const sites = useDeskQuery("district", "listSites", {});
  const [edited, setEdited] = useState<Site | null>(null);
  return (
    <TabState query={sites}>
      {(data) => {
        const centreName = (id: string) => {
          const centre = data.sites.find((site) => site.id === id);
          return centre === undefined ? id : siteName(centre, language);
        };
        return (
          <>
            <Table<Site>
              className="admin-table"
              rowKey="id"
              pagination={false}
              dataSource={data.sites}
              columns={[
                { title: text("admin.site.name"), render: (_, site) => siteName(site, language) },
                { title: text("admin.site.id"), dataIndex: "id", width: 120 },
                {
                  title: text("admin.site.kind"),
                  width: 176,
                  render: (_, site) => text(`admin.site.kind.${site.kind}`),
                },
                {
                  title: text("admin.site.routes"),
                  render: (_, site) => (
                    <div className="admin-list">
                      {site.routes.map((route) => (
                        <span key={route.modality}>
                          {text(route.modality === "*" ? "admin.site.route.other" : "admin.site.route", {
                            modality: route.modality,
                            centre: centreName(route.centreSiteId),
                          })}
                        </span>
                      ))}
                    </div>
                  ),
                },
                {
                  title: text("admin.site.auto"),
                  width: 144,
                  render: (_, site) =>
                    site.kind === "community"
                      ? text(site.autoRequest ? "admin.site.auto.on" : "admin.site.auto.off")
                      : "—",
                },
                { title: text("admin.site.quiet"), dataIndex: "quietSeconds", width: 112, align: "right" },
                { title: text("admin.site.zone"), dataIndex: "timeZone", width: 144 },
                {
                  title: text("admin.actions"),
                  width: 88,
                  render: (_, site) => (
                    <div className="admin-actions">
                      <Button type="link" size="small" onClick={() => setEdited(site)}>
                        {text("admin.edit")}
                      </Button>
                    </div>
                  ),
                },
              ]}
            />
            {edited !== null && <SiteForm site={edited} onClose={() => setEdited(null)} />}
          </>
        );
      }}
    </TabState>
  );
}

interface SiteFormProps {
  readonly site: Site;
  readonly onClose: () => void;
}

type SiteValues = Pick<Site, "autoRequest" | "quietSeconds">;

function SiteForm({ site, onClose }: SiteFormProps) {
  const { text, language } = useText();
  const [form] = Form.useForm<SiteValues>();
  const save = useDistrictChange(
    (body: SiteValues) => callApi("changeSite", { params: { siteId: site.id }, body }),
    onClose,
  );
  return (
    <FormDialog<SiteValues>
      title={text("admin.site.edit", { name: siteName(site, language) })}
      form={form}
      initialValues={{ autoRequest: site.autoRequest, quietSeconds: site.quietSeconds }}
      pending={save.isPending}
      problem={save.error}
      onSave={save.mutate}
      onClose={onClose}
    >
      <Form.Item
        name="autoRequest"
        label={text("admin.site.auto")}
        extra={text("admin.site.auto.hint")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Form.Item
        name="quietSeconds"
        label={text("admin.site.quiet")}
        extra={text("admin.site.quiet.hint")}
        rules={[{ required: true, message: text("admin.required") }]}
      >
        <InputNumber min={1} max={86_400} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
