import { isRouteErrorResponse, useRouteError } from "react-router";
import { useText } from "../i18n/use-text.ts";
import { MessagePage } from "./message-page.tsx";

/** After an update the old page's parts are gone from the server: only loading it anew helps. */
function isMissingPart(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
}

/** What is shown instead of a page that threw. The rest of the shell stays. */
export function ErrorPage() {
  const { text } = useText();
  const error = useRouteError();
  const reload = () => location.reload();
  if (isRouteErrorResponse(error) && error.status === 404)
    return <MessagePage title={text("page.not-found")} why={text("page.not-found-why")} home />;
  if (isMissingPart(error))
    return <MessagePage title={text("page.outdated")} why={text("page.outdated-why")} onReload={reload} home />;
  return <MessagePage title={text("page.failed")} why={text("page.failed-why")} onRetry={reload} home />;
}
