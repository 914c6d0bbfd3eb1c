import { setLanguage } from "../i18n/i18n.ts";
import { useText } from "../i18n/use-text.ts";
import { Icon } from "./icon.tsx";
import styles from "./shell.module.css";

/** Two languages: the button names the other one, and the page changes in place. */
export function LanguageSwitch() {
  const { text, language } = useText();
  return (
    <button
      type="button"
      className={styles["bar-button"]}
      lang={language === "zh" ? "en" : "zh"}
      onClick={() => setLanguage(language === "zh" ? "en" : "zh")}
    >
      <Icon name="language" />
      {text("common.language")}
    </button>
  );
}
