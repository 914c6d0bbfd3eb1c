import { useText } from "../i18n/use-text.ts";
import { MessagePage } from "./message-page.tsx";

export function NotFoundPage() {
  const { text } = useText();
  return <MessagePage title={text("page.not-found")} why={text("page.not-found-why")} home />;
}
