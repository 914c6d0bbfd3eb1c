import type { RouteObject } from "react-router";
import { ErrorPage } from "./error-page.tsx";
import { FirstDesk } from "./first-desk.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { Opening } from "./opening.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { SignedIn } from "./signed-in.tsx";

/** Every page. Each is loaded when it is gone to: the reading page carries no Ant Design, the desks no image code. */
export const ROUTES: RouteObject[] = [
  { path: "/sign-in", Component: SignInPage, ErrorBoundary: ErrorPage },
  {
    Component: SignedIn,
    ErrorBoundary: ErrorPage,
    HydrateFallback: Opening,
    children: [
      { path: "/", Component: FirstDesk },
      {
        lazy: { Component: async () => (await import("./desk-layout.tsx")).DeskLayout },
        children: [
          {
            ErrorBoundary: ErrorPage,
            children: [
              {
                path: "/technician",
                lazy: { Component: async () => (await import("../technician/technician-desk.tsx")).TechnicianDesk },
              },
              {
                path: "/technician/orders",
                lazy: { Component: async () => (await import("../technician/orders/orders-page.tsx")).OrdersPage },
              },
              {
                path: "/technician/upload",
                lazy: { Component: async () => (await import("../technician/upload/upload-page.tsx")).UploadPage },
              },
              {
                path: "/reading",
                lazy: { Component: async () => (await import("../reading/reading-list.tsx")).ReadingList },
              },
              { path: "/gp", lazy: { Component: async () => (await import("../gp/gp-desk.tsx")).GpDesk } },
              {
                path: "/gp/reports/:taskId",
                lazy: { Component: async () => (await import("../gp/report-page.tsx")).ReportPage },
              },
              {
                path: "/admin/*",
                lazy: { Component: async () => (await import("../admin/admin-desk.tsx")).AdminDesk },
              },
            ],
          },
        ],
      },
      {
        path: "/reading/:studyInstanceUid",
        ErrorBoundary: ErrorPage,
        lazy: { Component: async () => (await import("../reading/reading-page.tsx")).ReadingPage },
      },
      { path: "*", Component: NotFoundPage },
    ],
  },
];
