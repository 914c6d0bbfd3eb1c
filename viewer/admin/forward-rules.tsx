import { Button, Popconfirm, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { ForwardRuleForm } from "./forward-rule-form.tsx";
import { TabState } from "./tab-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";
import { useSiteNames } from "./use-site-names.ts";

type ForwardRule = Answer<"listForwardRules">["rules"][number];

/** Which studies are sent on by themselves, and where to. */
export function ForwardRules() {
  const { text } = useText();
  const nameOf = useSiteNames();
  const rules = useDeskQuery("district", "listForwardRules", {});
  const [edited, setEdited] = useState<ForwardRule | "new" | null>(null);
  const remove = useDistrictChange((ruleId: string) => callApi("deleteForwardRule", { params: { ruleId } }));
  return (
    <section>
      <div className="admin-bar">
        <h2>{text("rule.forward")}</h2>
        {remove.error !== null && (
          <span role="alert" className="admin-refused">
            {problemText(remove.error, text)}
          </span>
        )}
        <Button className="end" onClick={() => setEdited("new")}>
          {text("rule.forward.add")}
        </Button>
      </div>
      <p className="admin-dim">{text("rule.forward.hint")}</p>
      <TabState query={rules}>
        {(data) =>
          data.rules.length === 0 ? (
            <p className="admin-dim">{text("rule.forward.none")}</p>
          ) : (
            <Table<ForwardRule>
              className="admin-table"
              rowKey="id"
              pagination={false}
              dataSource={data.rules}
              columns={[
                { title: text("rule.site"), render: (_, rule) => nameOf(rule.siteId) },
                {
                  title: text("rule.source"),
                  render: (_, { source }) => (source === "" ? text("rule.source.any") : source),
                },
                {
                  title: text("rule.modality"),
                  width: 160,
                  render: (_, { modality }) => (modality === "*" ? text("rule.modality.any") : modality),
                },
                { title: text("rule.destination"), render: (_, { destination }) => <b>{destination}</b> },
                {
                  title: text("admin.actions"),
                  width: 160,
                  render: (_, rule) => (
                    <div className="admin-actions">
                      <Button type="link" size="small" onClick={() => setEdited(rule)}>
                        {text("admin.edit")}
                      </Button>
                      <Popconfirm
                        title={text("rule.forward.delete")}
                        okText={text("rule.delete")}
                        cancelText={text("common.cancel")}
                        styles={{ root: { maxWidth: 320 } }}
                        onConfirm={() => remove.mutateAsync(rule.id).catch(() => {})}
                      >
                        <Button type="link" size="small" danger>
                          {text("rule.delete")}
                        </Button>
                      </Popconfirm>
                    </div>
                  ),
                },
              ]}
            />
          )
        }
      </TabState>
      {edited === null ? null : (
        <ForwardRuleForm rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </section>
  );
}
