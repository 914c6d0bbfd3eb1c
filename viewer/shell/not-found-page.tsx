import { useText } from "../i18n/use-text.ts";
import { MessagePage } from "./message-page.tsx";
import { TopBar } from "./top-bar.tsx";

export function NotFoundPage() {
  const { text } = useText();
  return (
    <>
      <TopBar />
      <MessagePage title={text("page.not-found")} why={text("page.not-found-why")} home />
    </>
  );
}
