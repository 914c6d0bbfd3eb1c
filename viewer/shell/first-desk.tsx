import { Navigate } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { desksOf } from "./desks.ts";
import { MessagePage } from "./message-page.tsx";
import { TopBar } from "./top-bar.tsx";
import { useSignedIn } from "./use-session.ts";

/** `/` is the first desk one's roles give. */
export function FirstDesk() {
  const { text } = useText();
  const [desk] = desksOf(useSignedIn());
  if (desk !== undefined) return <Navigate to={desk.path} replace />;
  return (
    <>
      <TopBar />
      <MessagePage title={text("page.no-role")} why={text("page.no-role-why")} />
    </>
  );
}
