import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { Outlet } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { deskTheme } from "./desk-theme.ts";
import styles from "./shell.module.css";
import { TopBar } from "./top-bar.tsx";

/** The light rooms: Ant Design lives here and only here. */
export function DeskLayout() {
  const { language } = useText();
  return (
    <ConfigProvider
      locale={language === "en" ? enUS : zhCN}
      theme={deskTheme}
      componentSize="middle"
      button={{ autoInsertSpace: false }}
    >
      <App className={styles.room ?? ""}>
        <TopBar />
        <main id="content" className={styles.content} tabIndex={-1}>
          <Outlet />
        </main>
      </App>
    </ConfigProvider>
  );
}
