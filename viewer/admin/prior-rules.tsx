import { Button, Popconfirm, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { PriorRuleForm } from "./prior-rule-form.tsx";
import { TabState } from "./tab-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";
import { useSiteNames } from "./use-site-names.ts";

type PriorRule = Answer<"listPriorRules">["rules"][number];

/** From which PACS a patient's earlier studies are fetched, how many and how far back. */
export function PriorRules() {
  const { text } = useText();
  const nameOf = useSiteNames();
  const rules = useDeskQuery("district", "listPriorRules", {});
  const [edited, setEdited] = useState<PriorRule | "new" | null>(null);
  const remove = useDistrictChange((ruleId: string) => callApi("deletePriorRule", { params: { ruleId } }));
  return (
    <section>
      <div className="admin-bar">
        <h2>{text("rule.prior")}</h2>
        {remove.error !== null && (
          <span role="alert" className="admin-refused">
            {problemText(remove.error, text)}
          </span>
        )}
        <Button className="end" onClick={() => setEdited("new")}>
          {text("rule.prior.add")}
        </Button>
      </div>
      <p className="admin-dim">{text("rule.prior.hint")}</p>
      <TabState query={rules}>
        {(data) =>
          data.rules.length === 0 ? (
            <p className="admin-dim">{text("rule.prior.none")}</p>
          ) : (
            <Table<PriorRule>
              className="admin-table"
              rowKey="id"
              pagination={false}
              dataSource={data.rules}
              columns={[
                { title: text("rule.site"), render: (_, rule) => nameOf(rule.siteId) },
                { title: text("rule.pacs"), render: (_, { source }) => <b>{source}</b> },
                {
                  title: text("rule.modality"),
                  width: 160,
                  render: (_, { modality }) => (modality === "*" ? text("rule.modality.any") : modality),
                },
                {
                  title: text("rule.most"),
                  width: 120,
                  render: (_, { mostStudies }) => text("rule.most.value", { count: mostStudies }),
                },
                {
                  title: text("rule.years"),
                  width: 136,
                  render: (_, { years }) =>
                    years === null ? text("rule.years.any") : text("rule.years.value", { count: years }),
                },
                { title: text("rule.issuer"), render: (_, { issuer }) => issuer || "—" },
                {
                  title: text("admin.actions"),
                  width: 160,
                  render: (_, rule) => (
                    <div className="admin-actions">
                      <Button type="link" size="small" onClick={() => setEdited(rule)}>
                        {text("admin.edit")}
                      </Button>
                      <Popconfirm
                        title={text("rule.prior.delete")}
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
        <PriorRuleForm rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </section>
  );
}
