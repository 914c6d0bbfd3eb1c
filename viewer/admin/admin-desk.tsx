import { Tabs } from "antd";
import type { ReactNode } from "react";
import { useNavigate, useParams } from "react-router";
import { PageTitle } from "../desk/page-title.tsx";
import { useText } from "../i18n/use-text.ts";
import { AccountsTab } from "./accounts-tab.tsx";
import "./admin-desk.css";
import { AuditTab } from "./audit-tab.tsx";
import { DevicesTab } from "./devices-tab.tsx";
import { ExportsTab } from "./exports-tab.tsx";
import { PatientsTab } from "./patients-tab.tsx";
import { RetentionTab } from "./retention-tab.tsx";
import { SitesTab } from "./sites-tab.tsx";
import { StatusTab } from "./status-tab.tsx";
import { TransfersTab } from "./transfers-tab.tsx";

const TABS = {
  status: <StatusTab />,
  sites: <SitesTab />,
  accounts: <AccountsTab />,
  devices: <DevicesTab />,
  transfers: <TransfersTab />,
  retention: <RetentionTab />,
  patients: <PatientsTab />,
  exports: <ExportsTab />,
  audit: <AuditTab />,
} as const satisfies Readonly<Record<string, ReactNode>>;

type TabName = keyof typeof TABS;
const NAMES = Object.keys(TABS) as TabName[];

/** The district's administrator: is all well, who may do what, which devices may send, what was done. */
export function AdminDesk() {
  const { text } = useText();
  const navigate = useNavigate();
  const { "*": path = "" } = useParams();
  const shown = NAMES.find((name) => name === path.split("/")[0]) ?? "status";
  return (
    <div className="admin-desk">
      <PageTitle title={text("admin.desk")} />
      <Tabs
        activeKey={shown}
        destroyOnHidden
        onChange={(name) => void navigate(`/admin/${name}`)}
        items={NAMES.map((name) => ({ key: name, label: text(`admin.tab.${name}`), children: TABS[name] }))}
      />
    </div>
  );
}
