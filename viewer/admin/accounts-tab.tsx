import { Button, Popconfirm, Table } from "antd";
import { useState } from "react";
import type { Answer } from "../../core/api/payloads.ts";
import { callApi } from "../api/call-api.ts";
import { problemText } from "../api/problem-text.ts";
import { SearchField } from "../desk/search-field.tsx";
import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";
import { useSignedIn } from "../shell/use-session.ts";
import { AccountForm } from "./account-form.tsx";
import { TabState } from "./tab-state.tsx";
import { useDistrictChange } from "./use-district-change.ts";

type Account = Answer<"listAccounts">["accounts"][number];

/** Who may sign in, as what, and where. */
export function AccountsTab() {
  const { text, language } = useText();
  const accounts = useDeskQuery("district", "listAccounts", {});
  const sites = useDeskQuery("district", "listSites", {});
  const self = useSignedIn().account.id;
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const [q, setQ] = useState("");
  const disable = useDistrictChange(({ id, displayName, title, roles, disabled }: Account) =>
    callApi("changeAccount", {
      params: { accountId: id },
      body: { displayName, title, roles, disabled: !disabled },
    }),
  );
  const nameOf = (id: string | null) => {
    if (id === null) return text("admin.account.district");
    const site = sites.data?.sites.find((one) => one.id === id);
    return site === undefined ? id : siteName(site, language);
  };
  return (
    <TabState query={accounts}>
      {(data) => {
        const wanted = q.toLowerCase();
        const shown = data.accounts.filter(
          ({ username, displayName }) => username.includes(wanted) || displayName.toLowerCase().includes(wanted),
        );
        return (
          <>
            <div className="admin-bar">
              <SearchField value={q} placeholder={text("admin.account.search")} onSearch={setQ} />
              <span>{text("admin.account.count", { count: shown.length })}</span>
              {disable.error !== null && <span role="alert">{problemText(disable.error, text)}</span>}
              <Button className="end" type="primary" onClick={() => setEdited("new")}>
                {text("admin.account.add")}
              </Button>
            </div>
            <Table<Account>
              className="admin-table"
              rowKey="id"
              pagination={{ pageSize: 50, hideOnSinglePage: true }}
              dataSource={shown}
              columns={[
                {
                  title: text("admin.account.username"),
                  width: 168,
                  render: (_, account) => <b>{account.username}</b>,
                },
                { title: text("admin.account.name"), dataIndex: "displayName", width: 144 },
                { title: text("admin.account.title"), dataIndex: "title", width: 144 },
                {
                  title: text("admin.account.roles"),
                  render: (_, account) =>
                    account.roles.length === 0 ? (
                      <span className="admin-dim">{text("admin.account.role.none")}</span>
                    ) : (
                      <div className="admin-list">
                        {account.roles.map(({ role, siteId }) => (
                          <span key={`${role} ${siteId}`}>
                            {text(`admin.role.${role}`)} <span className="admin-dim">{nameOf(siteId)}</span>
                          </span>
                        ))}
                      </div>
                    ),
                },
                {
                  title: text("admin.account.state"),
                  width: 96,
                  render: (_, { disabled }) => (
                    <span className={disabled ? "admin-dim" : ""}>
                      {text(disabled ? "admin.account.disabled" : "admin.account.active")}
                    </span>
                  ),
                },
                {
                  title: text("admin.actions"),
                  width: 152,
                  render: (_, account) => (
                    <div className="admin-actions">
                      <Button type="link" size="small" onClick={() => setEdited(account)}>
                        {text("admin.edit")}
                      </Button>
                      {account.disabled ? (
                        <Button type="link" size="small" onClick={() => disable.mutate(account)}>
                          {text("admin.account.enable")}
                        </Button>
                      ) : (
                        <Popconfirm
                          title={text("admin.account.disable.confirm", { name: account.displayName })}
                          okText={text("admin.account.disable")}
                          cancelText={text("common.cancel")}
                          styles={{ root: { maxWidth: 320 } }}
                          disabled={account.id === self}
                          onConfirm={() => disable.mutateAsync(account).catch(() => {})}
                        >
                          <Button
                            type="link"
                            size="small"
                            danger
                            disabled={account.id === self}
                            title={account.id === self ? text("admin.account.self") : ""}
                          >
                            {text("admin.account.disable")}
                          </Button>
                        </Popconfirm>
                      )}
                    </div>
                  ),
                },
              ]}
            />
            {edited !== null && (
              <AccountForm
                account={edited === "new" ? null : edited}
                sites={sites.data?.sites ?? []}
                onClose={() => setEdited(null)}
              />
            )}
          </>
        );
      }}
    </TabState>
  );
}
