import { Navigate, Outlet, useLocation } from "react-router";
import { ApiProblem } from "../api/call-api.ts";
import { useLiveUpdates } from "../api/live.ts";
import { problemText } from "../api/problem-text.ts";
import { useText } from "../i18n/use-text.ts";
import { mayEnter } from "./desks.ts";
import { KeyCard } from "./key-card.tsx";
import { MessagePage } from "./message-page.tsx";
import { Opening } from "./opening.tsx";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { Toasts } from "./toasts.tsx";
import { TopBar } from "./top-bar.tsx";
import { useNoticeToasts } from "./use-notice-toasts.ts";
import { useSession, useSignedIn } from "./use-session.ts";

function Signed() {
  const { text } = useText();
  const session = useSignedIn();
  const { pathname } = useLocation();
  useLiveUpdates();
  useNoticeToasts();
  return (
    <>
      {mayEnter(session, pathname) ? (
        <Outlet />
      ) : (
        <>
          <TopBar />
          <MessagePage title={text("page.not-yours")} why={text("page.not-yours-why")} home />
        </>
      )}
      {/* nothing floats over images: what comes in meanwhile is shown when the person is back at a desk */}
      {pathname.startsWith("/reading/") ? null : <Toasts />}
      <KeyCard />
      <SignInDialog />
    </>
  );
}

/** Lets in whoever has a session, else sends them to sign in and back. */
export function SignedIn() {
  const { text } = useText();
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.data !== undefined) return <Signed />;
  if (session.error instanceof ApiProblem && session.error.code === "not-signed-in") {
    const here = pathname === "/" ? "" : `?to=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${here}`} replace />;
  }
  if (session.error !== null)
    return (
      <MessagePage
        title={text("page.failed")}
        why={problemText(session.error, text)}
        onRetry={() => void session.refetch()}
      />
    );
  return <Opening />;
}
